import { shortTitleOf, titleOf } from '../../src/sources/source-title'

test.each([
  ['redis://cache.internal:6379/0?key=live', 'Redis live at cache.internal:6379'],
  ['rediss://cache.internal/2?key=shop%2Flive', 'Redis shop/live at cache.internal/2'],
  ['redis://a:1,b:2,c:3/0?cluster=true&key=live', 'Redis live at a:1 and 2 more'],
  ['postgres://db:5432/shop?key=live', 'PostgreSQL live at db:5432/shop'],
  ['postgresql://db/shop?key=live&schema=flags', 'PostgreSQL live at db/shop'],
  ['etcd://host:2379/live', 'etcd live at host:2379'],
  ['zookeeper://z1:2181,z2:2181/config/live', 'ZooKeeper config/live at z1:2181 and 1 more'],
  ['nats://host:4222/flags/live', 'NATS flags/live at host:4222'],
  ['s3://flags/shop/live.yaml?region=eu-central-1', 'S3 shop/live.yaml in flags'],
  ['redis://[::1]:6379/0?key=live', 'Redis live at [::1]:6379'],
])('%s is called "%s"', (source, title) => {
  expect([titleOf(source), shortTitleOf(source)]).toEqual([title, title])
})

test.each([
  ['config/live.yaml', 'live.yaml'],
  ['C:\\flags\\live.yaml', 'live.yaml'],
  ['https://flags.example/live-config', 'live-config'],
  ['store', 'store'],
])('%s is no store, and its own title', (source, short) => {
  expect([titleOf(source), shortTitleOf(source)]).toEqual([source, short])
})
