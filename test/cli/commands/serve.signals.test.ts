/** `liveflag serve` as a process that is ended under load. It runs the built command. */
import { crashServer } from '../../../scripts/crash-server'
import { PATIENCE, sized } from '../../support/long-run'

test(
  'ended by SIGTERM under load, it answers what it was asked, stores what it acknowledged, and exits with 0',
  async () => {
    const { acknowledged, lost, twice, ends, refused } = await crashServer(sized(1, 20), 'SIGTERM')
    expect({ lost, twice, ends: [...ends], refused: [...refused] }).toEqual({
      lost: [],
      twice: 0,
      ends: [0],
      refused: [],
    })
    expect(acknowledged).toBeGreaterThan(0)
  },
  PATIENCE,
)

test(
  'killed under load, it has stored whatever it acknowledged, none of it twice',
  async () => {
    const { acknowledged, lost, twice, ends } = await crashServer(sized(1, 20), 'SIGKILL')
    expect({ lost, twice, ends: [...ends] }).toEqual({ lost: [], twice: 0, ends: ['SIGKILL'] })
    expect(acknowledged).toBeGreaterThan(0)
  },
  PATIENCE,
)
