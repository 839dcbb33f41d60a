/**
 * Makes methods of one object work without it: `const { decide } = decider`. For objects that live
 * long; the properties are not listed, so that the object prints as before.
 *
 * @example constructor() { bindMethods(this, ['decide', 'close']) }
 */
export function bindMethods<T extends object>(
  object: T,
  names: readonly (keyof T & string)[],
): void {
  for (const name of names) {
    const method: unknown = object[name]
    if (typeof method !== 'function') continue
    Object.defineProperty(object, name, {
      value: method.bind(object) as unknown,
      writable: true,
      configurable: true,
    })
  }
}
