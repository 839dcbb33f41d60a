import { redisFailure } from '../../../src/sources/stores/redis-failure'

test.each([
  "NOPERM this user has no permissions to run the 'eval' command",
  'NOPERM this user may not run SET on live',
  "ERR The user executing the script can't run this command or subcommand script: 3f2, on @user_script:20.",
  "ERR Error running script (call to f_3f2): @user_script:3: @user_script: 3: The user executing the script can't run this command or subcommand",
  "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
  "ERR ACL failure in script: User ann has no permissions to run the 'set' command",
])('%s is told as a right that lacks, whichever Redis says it', (said) => {
  expect(redisFailure('redis://h', new Error(said))).toMatchObject({
    kind: 'refused',
    advice: 'give its user the right to this command, key and channel (ACL SETUSER)',
  })
})
