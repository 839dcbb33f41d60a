export default function FrontV2() {
  return <h1>The second front page</h1>
}
