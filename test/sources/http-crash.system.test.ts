import { crash } from '../../scripts/crash-cache'

test('the last good is whole after each of 15 kills while two processes write it', async () => {
  const { broken, texts } = await crash(15, 2)
  expect(broken).toEqual([])
  expect(texts).toBeGreaterThan(1)
}, 60_000)
