import type { Reply } from '../core/reply'

/**
 * The replies of one request, by the feature's index in its snapshot: open addressing over one
 * small array, because a request asks a few dozen features of thousands. A reply knows its index,
 * so nothing else is stored. The array is a member of the request's evaluation, and no object of
 * its own, because each object more is one more wait for memory.
 */
export type Replies = readonly (Reply | undefined)[]

/** One place that stays free. */
export const NO_REPLIES: Readonly<Replies> = new Array<undefined>(1)

const FIRST_SIZE = 16
/** From here on, a larger array is twice as large; below, four times. */
const LARGE = 64

export function replyAt(replies: Replies, index: number): Reply | undefined {
  const mask = replies.length - 1
  for (let at = index & mask; ; at = (at + 1) & mask) {
    const reply = replies[at]
    if (reply === undefined || reply.index === index) return reply
  }
}

/** Adds a reply to those that are there, `count` in number. Returns the array to use from now on. */
export function withReply(replies: Replies, count: number, reply: Reply): Replies {
  // A quarter of the places stays free, so that a search comes to an end. NO_REPLIES has no room, so
  // what is written to was made by `grown`.
  const slots = (count + 1) * 4 > replies.length * 3 ? grown(replies) : (replies as Slots)
  put(slots, reply)
  return slots
}

type Slots = (Reply | undefined)[]

function put(slots: Slots, reply: Reply): void {
  const mask = slots.length - 1
  let at = reply.index & mask
  while (slots[at] !== undefined) at = (at + 1) & mask
  slots[at] = reply
}

function grown(replies: Replies): Slots {
  const size = Math.max(FIRST_SIZE, replies.length * (replies.length < LARGE ? 4 : 2))
  // The array keeps its holes, which read as undefined: filling them would cost more than all
  // questions of a small request.
  const slots = new Array<Reply | undefined>(size)
  for (const reply of replies) if (reply !== undefined) put(slots, reply)
  return slots
}
