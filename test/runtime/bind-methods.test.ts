import { bindMethods } from '../../src/runtime/bind-methods'

class Counter {
  count = 0

  constructor() {
    bindMethods(this, ['add', 'count'])
  }

  add(): number {
    return ++this.count
  }
}

test('a bound method works without its object, and what is no method stays as it is', () => {
  const counter = new Counter()
  const { add } = counter
  expect([add(), add(), counter.count]).toEqual([1, 2, 2])
})

test('bound methods are not listed, so the object prints as before', () => {
  expect(Object.keys(new Counter())).toEqual(['count'])
})
