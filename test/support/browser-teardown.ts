import './browser-setup'

/** Jest's global teardown: ends the browser that its setup started, if a test asked for it. */
export default async function tearDown(): Promise<void> {
  await globalThis.endTestBrowser?.()
}
