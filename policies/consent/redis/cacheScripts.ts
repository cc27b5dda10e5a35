import { createHash } from 'node:crypto';

/** A Lua script by the name that EVALSHA knows it by, once the server has been told it. */
export interface CacheScript {
  readonly lua: string;
  readonly sha: string;
}

/**
 * Sets KEYS, the markers of subjects, to ARGV[1] for ARGV[2] ms where there is none; answers the server's clock in ms
 * before that, then what each marker is now.
 */
export const MARK: CacheScript = script(`
local now = redis.call('TIME')
local answer = { now[1] * 1000 + math.floor(now[2] / 1000) }
for i, marker in ipairs(KEYS) do
  redis.call('SET', marker, ARGV[1], 'NX', 'PX', ARGV[2])
  answer[i + 1] = redis.call('GET', marker)
end
return answer`);

/**
 * KEYS: marker and entry of each subject; ARGV: the server's time in ms at which the entries end, then what the marker
 * must be and what the entry is to be for each. Stores those whose marker is still that, and takes the marker away.
 */
export const FILL: CacheScript = script(`
local now = redis.call('TIME')
if now[1] * 1000 + math.floor(now[2] / 1000) >= tonumber(ARGV[1]) then return 0 end
local stored = 0
for i = 1, #KEYS, 2 do
  if redis.call('GET', KEYS[i]) == ARGV[i + 1] then
    redis.call('SET', KEYS[i + 1], ARGV[i + 2], 'PXAT', ARGV[1])
    redis.call('DEL', KEYS[i])
    stored = stored + 1
  end
end
return stored`);

/** A source read that takes longer is not kept. */
export const MARKER_LIFE_MS = 30_000;

function script(lua: string): CacheScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
