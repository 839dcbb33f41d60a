import { check } from './check'
import { diff } from './diff'
import { explain } from './explain'
import { list } from './list'
import { propose } from './propose'
import { simulate } from './simulate'
import { stale } from './stale'
import type { Tool } from './tool'
import { usage } from './usage'

/** Every tool of `liveflag mcp`, in the order in which an agent needs them. */
export const tools: readonly Tool[] = [list, check, explain, usage, stale, simulate, diff, propose]
