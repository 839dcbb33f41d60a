import { crashLog } from '../../scripts/crash-log'
import { PATIENCE, sized } from '../support/long-run'

const KILLS = sized(5, 200)

test(
  `each row that was acknowledged is there, and none twice, after each of ${KILLS} kills of processes that share their files`,
  async () => {
    const { acknowledged, lost, twice } = await crashLog(KILLS, 2)
    expect({ lost, twice }).toEqual({ lost: [], twice: 0 })
    expect(acknowledged).toBeGreaterThan(0)
  },
  PATIENCE,
)
