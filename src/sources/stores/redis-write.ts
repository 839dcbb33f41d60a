/**
 * Compares and sets, all or nothing. KEYS: those that are written. ARGV: the beginning of the channels;
 * then for each write its name, the number of its key, what it is based on (`*`: anything, `-`: no
 * key, otherwise a version), `set` or `remove`, and the bytes. Returns the number of the write whose
 * base is another, from 0. Redis takes nothing back when a script fails half-way: rights are asked for
 * before (Redis 6 cannot say), and what was written before a command failed is put back. Who may not
 * publish to the channels may write all the same.
 */
export const WRITE = `
local function command(i, value)
  local key, name = KEYS[tonumber(ARGV[i + 1])], ARGV[i]
  if name == '' then
    if value then return {'SET', key, value} end
    return {'DEL', key}
  end
  if value then return {'HSET', key, name, value} end
  return {'HDEL', key, name}
end
local function wanted(i) return command(i, ARGV[i + 3] == 'set' and ARGV[i + 4]) end
local function held(i)
  local key = KEYS[tonumber(ARGV[i + 1])]
  if ARGV[i] == '' then return redis.call('GET', key) end
  return redis.call('HGET', key, ARGV[i])
end
for i = 2, #ARGV, 5 do
  local base = ARGV[i + 2]
  if base ~= '*' then
    local value = held(i)
    local version = '-'
    if value then version = redis.sha1hex(value) end
    if version ~= base then return (i - 2) / 5 end
  end
end
local before = {}
for i = 2, #ARGV, 5 do
  local own = wanted(i)
  if redis.acl_check_cmd and not redis.acl_check_cmd(unpack(own)) then
    return redis.error_reply('NOPERM this user may not run ' .. own[1] .. ' on ' .. own[2])
  end
  if #ARGV > 6 then before[i] = held(i) end
end
for i = 2, #ARGV, 5 do
  local reply = redis.pcall(unpack(wanted(i)))
  if type(reply) == 'table' and reply.err then
    for j = i - 5, 2, -5 do redis.pcall(unpack(command(j, before[j]))) end
    return reply
  end
end
for i = 2, #ARGV, 5 do redis.pcall('PUBLISH', ARGV[1] .. ARGV[i], '') end
return false`
