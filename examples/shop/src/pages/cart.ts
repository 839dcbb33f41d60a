import { productOf } from '../catalog/products'
import { canOrder } from '../catalog/stock'
import { couponMessage, isCoupon } from '../cart/coupons'
import { billOf } from '../cart/prices'
import { missingForFreeShipping } from '../cart/shipping'
import type { Pages } from '../shop'
import { fieldsOf, paramOf } from './form'

export const cartPages: Pages = (app, { features, carts, show }) => {
  app.get('/cart', (request, reply) => {
    const cart = carts.of(request.session)
    return show(reply, 'cart.njk', {
      cart,
      bill: billOf(request.features, cart),
      missing: missingForFreeShipping(request.features, cart),
      message: features.isEnabled('coupon_codes') ? couponMessage(cart) : undefined,
    })
  })

  app.post('/cart/coupon', (request, reply) => {
    if (!request.features.isEnabled('coupon_codes')) {
      return show(reply.code(404), 'not-found.njk')
    }
    const { code = '' } = fieldsOf(request.body)
    const cart = carts.of(request.session)
    cart.coupon = code.trim().toUpperCase()
    return reply.redirect(isCoupon(cart.coupon) ? '/cart' : '/cart?unknown=1', 303)
  })

  app.post('/cart/gift', (request, reply) => {
    if (!features.isEnabled('gift_wrap')) return show(reply.code(404), 'not-found.njk')
    const cart = carts.of(request.session)
    cart.isGift = !cart.isGift
    return reply.redirect('/cart', 303)
  })

  app.post('/cart/:id', (request, reply) => {
    const product = productOf(paramOf(request, 'id'))
    if (!product) return show(reply.code(404), 'not-found.njk')
    if (!canOrder(request.features, product)) {
      return show(reply.code(409), 'sold-out.njk', { product })
    }
    const { count = '1' } = fieldsOf(request.body)
    carts.of(request.session).add(product, Math.max(1, Number.parseInt(count, 10) || 1))
    return reply.redirect('/cart', 303)
  })

  app.post('/cart/:id/remove', (request, reply) => {
    carts.of(request.session).remove(paramOf(request, 'id'))
    return reply.redirect('/cart', 303)
  })
}
