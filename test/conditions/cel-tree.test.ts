import { createTargeting } from '../../src/conditions/cel'

/** The attributes that an expression asks of a visitor who has none. */
function asked(text: string): string[] {
  const names: string[] = []
  const expression = createTargeting()(text)
  if (typeof expression === 'string') throw new Error(expression)
  expression((name) => void names.push(name))
  return names.sort()
}

test.each([
  ['country == "NZ"', ['country']],
  ['a == b || c', ['a', 'b', 'c']],
  ['attributes.x == attributes["y z"]', ['x', 'y z']],
  ['has(attributes.x)', ['x']],
  ['device.os.name == "ios"', ['device']],
  ['tags.exists(tag, tag == wanted)', ['tags', 'wanted']],
  ['tags.filter(tag, tag != other).exists(tag, tag == wanted)', ['other', 'tags', 'wanted']],
  ['[a, b].exists(x, x == 1)', ['a', 'b']],
  ['{"k": a}["k"] == b', ['a', 'b']],
  ['a ? b : c', ['a', 'b', 'c']],
  ['lists[index] == 1', ['index', 'lists']],
  ['text.contains("country")', ['text']],
  ['x.exists(x, x == 1)', ['x']],
  ['1 == 1', []],
])('%s asks for %j, once each', (text, names) => {
  expect(asked(text)).toEqual(names)
})

test('a variable that is called attributes is a variable', () => {
  expect(asked('lists.exists(attributes, attributes == 1)')).toEqual(['lists'])
})
