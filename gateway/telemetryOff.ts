// @apollo/gateway starts an exporter with cloud-metadata detection unless this is set before it is
// constructed. Sudare makes no call that its user did not configure, so this module is imported first.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

/** The vendor telemetry switch that was set; exported so that importing this module states its purpose. */
export const TELEMETRY_SWITCH = 'APOLLO_TELEMETRY_DISABLED';
