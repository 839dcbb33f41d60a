import { crashLog } from '../../scripts/crash-log'

test('each row that was acknowledged is there, and none twice, after each of 5 kills of processes that share their files', async () => {
  const { acknowledged, lost, twice } = await crashLog(5, 2)
  expect({ lost, twice }).toEqual({ lost: [], twice: 0 })
  expect(acknowledged).toBeGreaterThan(0)
}, 60_000)
