import assert from 'node:assert/strict'
import { test } from 'node:test'
import { levelOf, missingFor, pointsFor } from '../src/account/loyalty'
import { csvOf } from '../src/account/export'
import { Cart } from '../src/cart/cart'
import { isCoupon } from '../src/cart/coupons'
import { products, productOf, starsOf } from '../src/catalog/products'
import { wordSearch } from '../src/catalog/word-search'
import { missingFields } from '../src/checkout/steps'
import { money, plus, times, total } from '../src/text/money'
import { counted, distance, listed, slugOf, wordsOf } from '../src/text/words'

test('money adds up', () => {
  assert.deepEqual(plus(money(1), money(2)), money(3))
  assert.deepEqual(times(money(250), 3), money(750))
  assert.deepEqual(total([]), money(0))
})

test('words', () => {
  assert.deepEqual(wordsOf('Crème brûlée, 2 Cups'), ['creme', 'brulee', '2', 'cups'])
  assert.equal(counted(1, 'item'), '1 item')
  assert.equal(counted(0, 'item'), '0 items')
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c')
  assert.equal(listed(['a']), 'a')
  assert.equal(listed([]), '')
  assert.equal(distance('kitten', 'sitting'), 3)
  assert.equal(slugOf('Map of the world'), 'map-of-the-world')
})

test('each product has the id that its title makes', () => {
  for (const { id, title } of products) assert.equal(slugOf(title), id)
})

test('stars are a mean, or none', () => {
  for (const product of products) {
    const stars = starsOf(product)
    if (product.reviews.length === 0) assert.equal(stars, undefined)
    else assert.ok(stars !== undefined && stars >= 1 && stars <= 5)
  }
})

test('search finds every product by its own title', () => {
  for (const product of products) assert.ok(wordSearch(product.title).includes(product))
  assert.deepEqual(wordSearch('  '), [])
})

test('a cart has at most 20 of one thing', () => {
  const cart = new Cart()
  const pot = productOf('tea-pot')
  assert.ok(pot)
  for (let n = 0; n < 30; n++) cart.add(pot)
  assert.equal(cart.count, 20)
  assert.equal(cart.goods.cents, 20 * pot.price.cents)
  cart.clear()
  assert.ok(cart.isEmpty)
})

test('points and levels', () => {
  assert.equal(pointsFor(money(999)), 3)
  assert.deepEqual([0, 40, 100].map(levelOf), ['bronze', 'silver', 'gold'])
  assert.deepEqual([0, 40, 100].map(missingFor), [40, 60, undefined])
})

test('codes are those that are listed', () => {
  assert.ok(isCoupon('SPRING10'))
  assert.ok(!isCoupon('constructor'))
})

test('quotes in a table are doubled', () => {
  const bill = { rows: [], total: money(5), points: 0 }
  const order = { id: 'a"b', session: 's', lines: [], bill, payment: 'card' }
  assert.equal(csvOf([order]).split('\n')[1], '"a""b","","5","card"')
})

test('fields that were left empty are listed', () => {
  const steps = [
    { title: 'a', fields: ['name', 'town'] },
    { title: 'b', fields: ['payment'] },
  ]
  assert.deepEqual(missingFields(steps, 1, { name: ' ' }), ['name', 'town'])
  assert.deepEqual(missingFields(steps, 2, { name: 'a', town: 'b' }), ['payment'])
})
