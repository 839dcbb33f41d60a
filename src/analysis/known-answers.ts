import {
  type Account,
  answerRequest,
  answerRoles,
  type Question,
  type RequestQuestion,
  type RoleQuestion,
  ROLES,
  type World,
} from '../core/world'

/** A question that was put to a World; a name for an attribute. */
interface Asked {
  readonly question: Question
  readonly name?: string
}

type Answered = readonly [Asked, answer: string]

/** What is asked next, and what follows from each answer to it; or what came of all answers. */
type Node<Result> =
  | (Asked & { readonly next: Map<string, Node<Result>> })
  | { readonly question: undefined; readonly result: Result }

/**
 * Results that depend on nothing but what Worlds answer, by the questions that were really asked: of a
 * World that answers them alike the result is known. Most kinds of visitors that entries tell apart get
 * to few of the questions.
 */
export class KnownAnswers<Result> {
  private root: Node<Result> | undefined

  /** @param make must ask a World the same questions in the same order as long as the answers are the same */
  of(world: World, make: (world: World) => Result): Result {
    let node = this.root
    while (node?.question !== undefined) node = node.next.get(answerTo(world, node))
    if (node) return node.result
    const asked: Answered[] = []
    const result = make(recording(world, asked))
    this.add(asked, result)
    return result
  }

  private add(asked: readonly Answered[], result: Result): void {
    const leaf = { question: undefined, result }
    const nodes = asked.map(([question]) => ({
      ...question,
      next: new Map<string, Node<Result>>(),
    }))
    this.root ??= nodes[0] ?? leaf
    let at = this.root
    for (const [i, [, answer]] of asked.entries()) {
      if (at.question === undefined) return
      const next = at.next.get(answer) ?? nodes[i + 1] ?? leaf
      at.next.set(answer, next)
      at = next
    }
  }
}

/** A World that writes down each question, and what was answered, once. */
function recording(world: World, asked: Answered[]): World {
  // Most questions are asked again for each combination of buckets.
  const questions = new Set<Question>()
  const names = new Set<string>()
  const noted = <T>(question: Asked, ask: () => T): T => {
    let text = THROWN
    try {
      const answer = ask()
      text = textOf(question, answer)
      return answer
    } finally {
      asked.push([question, text])
    }
  }
  const once = <T>(question: Question, ask: () => T): T => {
    if (questions.has(question)) return ask()
    questions.add(question)
    return noted({ question }, ask)
  }
  return {
    user: () => once('user', () => world.user()),
    isLoggedIn: (user) => once('isLoggedIn', () => world.isLoggedIn(user)),
    attribute: (name) => {
      const ask = (): unknown => world.attribute(name)
      if (names.has(name)) return ask()
      names.add(name)
      return noted({ question: 'attribute', name }, ask)
    },
    ...answerRoles((question) => (user) => once(question, () => world[question](user))),
    ...answerRequest((question) => () => once(question, () => world[question]() as never)),
  }
}

function answerTo(world: World, asked: Asked): string {
  const { question, name = '' } = asked
  try {
    if (question === 'attribute') return textOf(asked, world.attribute(name))
    if (question === 'isLoggedIn' || Object.hasOwn(ROLES, question))
      return textOf(asked, world[question as RoleQuestion](userOf(world)))
    return textOf(asked, world[question as RequestQuestion]())
  } catch {
    return THROWN
  }
}

/** Roles are asked of the account, and of nobody where the World cannot say who it is. */
function userOf(world: World): Account | undefined {
  try {
    return world.user()
  } catch {
    return undefined
  }
}

const THROWN = 'thrown'

/** Of an account its id and its name alone are asked; its roles are questions of their own. */
function textOf({ question }: Asked, answer: unknown): string {
  if (answer === undefined) return NOTHING
  if (question !== 'user') return JSON.stringify(answer)
  const { id, name } = answer as Account
  return JSON.stringify([id, name])
}

const NOTHING = 'nothing'
