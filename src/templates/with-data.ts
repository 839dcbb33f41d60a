type Call = (...args: readonly unknown[]) => unknown

/** Which methods of an engine take data, and which return a function that does. */
interface Methods<M> {
  /** `(template, data, …rest)` */
  readonly renders: readonly M[]
  /** `(template, …rest)`, which returns `(data, …rest)` */
  readonly compiles: readonly M[]
}

/** Methods of an engine that work without it. */
export type WithData<E, M extends keyof E> = { readonly [N in M]: OmitThisParameter<E[N]> }

/**
 * Returns methods of an engine that add members to the data of each render. They are for engines
 * whose templates see nothing but their data. The engine itself, which other code may share, is left
 * as it is.
 */
export function withData<E extends object, M extends keyof E & string>(
  engine: E,
  { renders, compiles }: Methods<M>,
  extend: (data: object) => object,
): WithData<E, M> {
  // Where an engine is wrapped: what its methods take and return, its own types say.
  const call = (method: M, args: readonly unknown[]): unknown => (engine[method] as Call)(...args)
  const rendered =
    (method: M): Call =>
    (template, data, ...rest) =>
      // Instead of data there may be a callback.
      typeof data === 'function'
        ? call(method, [template, extend({}), data, ...rest])
        : call(method, [template, extend(objectOf(data)), ...rest])
  const compiled =
    (method: M): Call =>
    (...args) => {
      const template = call(method, args) as Call
      return (data: unknown, ...rest: readonly unknown[]) =>
        template(extend(objectOf(data)), ...rest)
    }
  return Object.fromEntries([
    ...renders.map((method) => [method, rendered(method)]),
    ...compiles.map((method) => [method, compiled(method)]),
  ]) as WithData<E, M>
}

const objectOf = (data: unknown): object => (typeof data === 'object' && data !== null ? data : {})
