import { loidOf, subdomainOf, urlFeaturesOf } from '../../../src/middleware/internal/request-defaults'

describe('the loid is', () => {
  test.each([
    ['the cookie of that name', 'loid=abcdEFGH12345678zz', 'abcdEFGH12345678zz'],
    ['found among others, whatever the spaces', 'a=1;loid=abc ;  b=2', 'abc'],
    ['cut at its first dot', 'loid=abc.2017-10-01.extra', 'abc'],
    ['decoded before it is cut', 'loid=a%62c%2E2017', 'abc'],
    ['taken as it stands when it cannot be decoded', 'loid=100%', '100%'],
    ['freed from quotes', 'loid="abc"', 'abc'],
    ['the first of several', 'loid=first; loid=second', 'first'],
    ['kept with the equals signs in it', 'loid=ab==', 'ab=='],
    ['missing without a Cookie header', undefined, undefined],
    ['missing when the header is empty', '', undefined],
    ['missing when the cookie is empty', 'loid=', undefined],
    ['missing when nothing stands before the dot', 'loid=.2017', undefined],
    ['not a cookie whose name only ends so', 'xloid=abc', undefined],
    ['not a cookie whose name is spelled with another case', 'LOID=abc', undefined],
    ['not another cookie, whose value contains it', 'a="loid=abc"', undefined],
    ['not a name without a value', 'loid', undefined],
  ])('%s', (_, header, loid) => {
    expect(loidOf(header)).toBe(loid)
  })
})

describe('the URL asks for', () => {
  test.each([
    ['nothing without a query', '/r/wtf', []],
    ['nothing with an empty query', '/?', []],
    ['every feature parameter, in URL order, repeats included', '/?feature=b&x=1&feature=a&feature=b', ['b', 'a', 'b']],
    ['names that are decoded', '/?feature=a%20b+c&%66eature=d', ['a b c', 'd']],
    ['commas unsplit', '/?feature=a,b', ['a,b']],
    ['an empty name, which no entry has', '/?feature=&feature', ['', '']],
    ['no lists that only other servers know', '/?feature[]=a&feature%5B%5D=b&feature.x=c&features=d', []],
    ['names that other objects inherit, as plain text', '/?feature=__proto__&feature=constructor', ['__proto__', 'constructor']],
    ['what a broken escape leaves', '/?feature=%&feature=%zz', ['%', '%zz']],
    ['what a second question mark leaves', '/?a=1?feature=x&feature=y?', ['y?']],
  ])('%s', (_, url, names) => {
    expect(urlFeaturesOf(url)).toEqual(names)
  })

  test('at most 50 names', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`)
    expect(urlFeaturesOf(`/?feature=${names.join('&feature=')}`)).toEqual(names.slice(0, 50))
  })

  test('no name of more than 200 characters, and none made by cutting one', () => {
    expect(urlFeaturesOf(`/?feature=${'x'.repeat(201)}&feature=${'y'.repeat(200)}`)).toEqual(['y'.repeat(200)])
  })
})

describe('the subdomain is', () => {
  test.each([
    ['what stands before the domain', 'beta.example.com', 'beta'],
    ['all of what stands before it', 'a.beta.example.com', 'a.beta'],
    ['lower-cased', 'BETA.Example.COM', 'beta'],
    ['found in a host that ends with the root', 'beta.example.com.', 'beta'],
    ['missing at the domain itself', 'example.com', undefined],
    ['empty when nothing stands before the dot', '.example.com', ''],
    ['missing at a domain that only ends alike', 'notexample.com', undefined],
    ['missing at another domain that begins alike', 'beta.example.com.evil.net', undefined],
    ['missing without a host', undefined, undefined],
  ])('%s', (_, host, subdomain) => {
    expect(subdomainOf(host, 'example.com')).toBe(subdomain)
  })
})
