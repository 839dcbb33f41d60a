import { closeServers, post, serve } from '../scene'

afterEach(closeServers)

const decide = async (path: string, body: object) => {
  const { server } = await serve()
  const answer = await post(`${server.url}${path}`, body)
  return { status: answer.status, body: await answer.json() }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/
const decisionId = expect.stringMatching(UUID) as string

test.each<[flag: string, expected: object]>([
  ['buy', { value: 'blue', experiment_id: '1', variant_id: 'blue', reason: 'experiment_assigned' }],
  [
    'text',
    { value: 'hello', experiment_id: null, variant_id: null, reason: 'no_active_experiment' },
  ],
  ['nope', { value: null, experiment_id: null, variant_id: null, reason: 'flag_not_found' }],
])('the decision on %s has snake_case members and an id of its own', async (flag, expected) => {
  const answer = await decide('/decide', { flag_key: flag, subject_id: 'u' })
  expect(answer).toEqual({ status: 200, body: { flag, decision_id: decisionId, ...expected } })
})

test('a batch has the decisions in the order of its flags', async () => {
  const { body } = await decide('/decide/batch', { flag_keys: ['text', 'buy'], subject_id: 'u' })
  expect(body).toMatchObject({ decisions: [{ flag: 'text' }, { flag: 'buy', variant_id: 'blue' }] })
})

test.each<[path: string, body: object, message: RegExp]>([
  ['/decide', { subject_id: 'u' }, /flag_key/],
  ['/decide', { flag_key: 'buy' }, /subject_id/],
  ['/decide', { flag_key: 'buy', subject_id: '' }, /subject_id/],
  ['/decide', { flag_key: 'buy', subject_id: 5 }, /subject_id is a number/],
  ['/decide', { flag_key: 'buy', subject_id: 'u', subject_attributes: [] }, /subject_attributes/],
  ['/decide/batch', { flag_keys: [], subject_id: 'u' }, /flag_keys/],
  ['/decide/batch', { flag_keys: ['buy', 5], subject_id: 'u' }, /flag_keys/],
])('%s refuses %j', async (path, body, message) => {
  const { status, body: answer } = await decide(path, body)
  expect([status, message.test(JSON.stringify(answer))]).toEqual([400, true])
})
