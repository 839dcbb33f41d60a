import { ofrep } from './ofrep/ofrep'
import type { Protocol } from './route'

/** Every protocol of the server. The first route whose path fits answers. */
export const protocols: readonly Protocol[] = [ofrep()]
