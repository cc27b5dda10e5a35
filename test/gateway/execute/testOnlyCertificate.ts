/**
 * A key pair and its self-signed certificate for `localhost` and 127.0.0.1, valid for a hundred years, for servers of
 * tests alone. Everybody has the key: nothing but a test may trust it.
 */
export const TEST_ONLY_CERTIFICATE = Object.freeze({
  key: `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQDp/RsC1NfVqBzi2
OKcecH7S3KlygScWVqTuP83lNd2hRANCAASvaQfNS/GtgiHGzBjmbcSRZ5JUMnH5
OdKj+B0DdwgXCGrP5gaTFXbIELzs6AJMhXF9dUEeUXxtLPytenPeswJD
-----END PRIVATE KEY-----
`,
  cert: `
-----BEGIN CERTIFICATE-----
MIIBwDCCAWWgAwIBAgIUHNJk8sYZJflQnRGqls2sXU+p6nAwCgYIKoZIzj0EAwIw
JjEkMCIGA1UEAwwbU3VkYXJlIHRlc3Qgb25seSwgd29ydGhsZXNzMCAXDTI2MTEy
MjIxMTIxMVoYDzIxMjYxMDI5MjExMjExWjAmMSQwIgYDVQQDDBtTdWRhcmUgdGVz
dCBvbmx5LCB3b3J0aGxlc3MwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASvaQfN
S/GtgiHGzBjmbcSRZ5JUMnH5OdKj+B0DdwgXCGrP5gaTFXbIELzs6AJMhXF9dUEe
UXxtLPytenPeswJDo28wbTAdBgNVHQ4EFgQUg6UuRY+V8qnAR8i93VoMkfp7Q0gw
HwYDVR0jBBgwFoAUg6UuRY+V8qnAR8i93VoMkfp7Q0gwDwYDVR0TAQH/BAUwAwEB
/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIh
ANs4evLLZ1Huh10/A0eFrUt/H3dvUZYiJJSHSSAPjxukAiEAqk/nHzmwrsouqRA/
SQT8bpO6zvnoaJG14qLx5F1D4Tw=
-----END CERTIFICATE-----
`,
});
