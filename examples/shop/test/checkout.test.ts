import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Opened, openShop } from './visit'

let shop: Opened
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const ADDRESS = { name: 'Gary', street: 'Main street 1', town: 'Springfield' }

test('a cart adds up, and says what is missing for free shipping', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  const { text } = await visitor.post('/cart/tea-cup', { count: '1' })
  assert.match(text, /1 × Tea pot 1 × Tea cup/)
  assert.match(text, /€6\.60 more, and shipping is free\./)
  assert.match(text, /Goods €43\.40 Shipping €\d\.90 Total €\d\d\.\d0/)
  assert.match(text, /You will have 17 points more\./)
})

test('from 50 on shipping is free', async () => {
  const visitor = shop.visitor()
  const { text } = await visitor.post('/cart/wool-blanket')
  assert.match(text, /Shipping €0\.00 Total €79\.00/)
  assert.doesNotMatch(text, /shipping is free/)
})

test('a thing is taken out again', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  assert.match((await visitor.post('/cart/tea-pot/remove')).text, /Nothing yet\./)
})

test('a code takes something off', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/wool-blanket')
  const { text } = await visitor.post('/cart/coupon', { code: 'spring10' })
  assert.match(text, /Code SPRING10 €-7\.90/)
  assert.match(text, /SPRING10 takes 10 % off\./)
  assert.match(
    (await visitor.post('/cart/coupon', { code: 'none' })).text,
    /NONE is no code of ours\./,
  )
  const larger = await visitor.post('/cart/coupon', { code: 'GARDEN25' })
  assert.match(larger.text, /GARDEN25 needs a larger cart\./)
})

test('nothing is wrapped as a gift', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  assert.equal((await visitor.post('/cart/gift')).status, 404)
  assert.doesNotMatch((await visitor.get('/cart')).text, /gift/)
})

test('the checkout is one page', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  const { text, html } = await visitor.get('/checkout')
  assert.match(text, /Your order/)
  assert.doesNotMatch(text, /Step 1/)
  for (const field of ['name', 'street', 'town', 'delivery', 'payment'])
    assert.match(html, new RegExp(`name="${field}"`))
  assert.equal((await visitor.get('/checkout?step=2')).status, 404)
})

test('an order is placed, and earns points', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/desk-lamp', { count: '2' })
  const thanks = await visitor.post('/checkout', {
    ...ADDRESS,
    delivery: 'standard',
    payment: 'card',
  })
  assert.match(thanks.text, /Thank you Goods €138\.00 Shipping €0\.00 Total €138\.00/)
  const account = await visitor.get('/account')
  assert.match(account.text, /55 points, silver, 45 to go Orders €138\.00/)
  assert.match((await visitor.get('/cart')).text, /Nothing yet\./)
})

test('known customers may pay by invoice', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  assert.doesNotMatch((await visitor.get('/checkout')).text, /Invoice/)
  await visitor.post('/cart/desk-lamp', { count: '2' })
  await visitor.post('/checkout', { ...ADDRESS, delivery: 'standard', payment: 'transfer' })
  await visitor.post('/cart/tea-pot')
  assert.match((await visitor.get('/checkout')).text, /Invoice, 14 days/)
})

test('an order without an address is not placed', async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  const { status, text } = await visitor.post('/checkout', { name: 'Gary', payment: 'card' })
  assert.equal(status, 422)
  assert.match(text, /Please fill in street, town and delivery\./)
})

test("nobody sees another's order", async () => {
  const visitor = shop.visitor()
  await visitor.post('/cart/tea-pot')
  await visitor.post('/checkout', { ...ADDRESS, delivery: 'standard', payment: 'card' })
  assert.equal((await shop.visitor().get('/orders/o1')).status, 404)
})

test('employees read all orders as a table', async () => {
  assert.equal((await shop.visitor().get('/orders.csv')).status, 404)
  assert.equal((await shop.visitor('gary').get('/orders.csv')).status, 404)
  const { status, html } = await shop.visitor('emma').get('/orders.csv')
  assert.equal(status, 200)
  assert.match(html, /^"order","things","cents","payment"/)
  assert.match((await shop.visitor('emma').get('/')).text, /Signed in as emma All orders/)
  assert.doesNotMatch((await shop.visitor('gary').get('/')).text, /All orders/)
})
