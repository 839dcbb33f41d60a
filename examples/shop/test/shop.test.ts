import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Opened, openShop } from './visit'

let shop: Opened
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

test('the live config has no problem', () => {
  assert.deepEqual(shop.features.snapshot.problems, [])
})

test('the front page shows departments and what is new', async () => {
  const { status, text, html } = await shop.visitor().get('/')
  assert.equal(status, 200)
  for (const department of ['Kitchen', 'Home', 'Garden', 'Desk'])
    assert.ok(text.includes(department))
  assert.match(text, /Free shipping from €50\.00\./)
  assert.equal(html.match(/class="card"/g)?.length, 4)
})

test('every page has the header with the search box, in the light theme', async () => {
  for (const url of ['/', '/cart', '/account', '/search?q=tea', '/nowhere']) {
    const { html } = await shop.visitor().get(url)
    assert.match(html, /<form action="\/search" role="search">/, url)
    assert.match(html, /<html lang="en" class="theme-light">/, url)
    assert.match(html, /<meta name="color-scheme" content="light">/, url)
  }
})

test('a page that is not there says so', async () => {
  for (const url of ['/nowhere', '/products/nothing', '/departments/cars', '/orders/o99']) {
    const { status, text } = await shop.visitor().get(url)
    assert.equal(status, 404, url)
    assert.match(text, /This page is not there\./)
  }
})

test('a department shows its products', async () => {
  const { html, text } = await shop.visitor().get('/departments/garden')
  assert.equal(html.match(/class="card"/g)?.length, 6)
  assert.ok(text.includes('Garden hose'))
  assert.ok(!text.includes('Tea pot'))
})

test('search finds words in any order, and forgives a mistake', async () => {
  const visitor = shop.visitor()
  assert.ok((await visitor.get('/search?q=pot+tea')).text.includes('Tea pot'))
  assert.ok((await visitor.get('/search?q=blankett')).text.includes('Wool blanket'))
  const nothing = await visitor.get('/search?q=submarine')
  assert.match(nothing.text, /Nothing fits “submarine”\. Try fewer words\./)
})

test('search shows a page at a time', async () => {
  const visitor = shop.visitor()
  const first = await visitor.get('/search?q=d')
  assert.equal(first.html.match(/class="card"/g)?.length, 6)
  assert.match(first.text, /Page 1 of 2/)
  const second = await visitor.get('/search?q=d&page=2')
  assert.match(second.text, /Page 2 of 2/)
})

test('what somebody searched for is escaped', async () => {
  const { html } = await shop.visitor().get('/search?q=%3Cscript%3Ealert(1)')
  assert.ok(!html.includes('<script>'))
  assert.ok(html.includes('&lt;script&gt;'))
})

test('a product shows its price, reviews, and others like it', async () => {
  const { text, html } = await shop.visitor().get('/products/tea-cup')
  assert.match(text, /Tea cup €8\.90 Only a few left Add to cart/)
  assert.match(text, /3 reviews/)
  assert.match(html, /<section class="related related--grid">/)
  assert.equal(html.match(/class="card"/g)?.length, 4)
  assert.match(html, /class="buy buy--green"/)
  assert.match(html, /aria-label="\d\.\d of 5 stars"/)
})

test('what is sold out cannot be ordered, unless it is light', async () => {
  const { text, html } = await shop.visitor().get('/products/linen-pillow')
  assert.match(text, /Linen pillow/)
  assert.equal((await shop.visitor().get('/products/bread-knife')).text.includes('Sold out'), true)
  assert.ok(html.includes('<button'))
})

test('visitors at the same time have carts of their own', async () => {
  const visitors = Array.from({ length: 20 }, () => shop.visitor())
  await Promise.all(visitors.map((visitor) => visitor.post('/cart/note-book')))
  const pages = await Promise.all(visitors.map((visitor) => visitor.get('/cart')))
  for (const { text } of pages) assert.match(text, /1 × Note book/)
})
