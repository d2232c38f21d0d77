/** The identity provider's one page. Nothing that a person typed is shown on it. */
export function loginPage(problem?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; background: #f4f5f7; color: #1d2330; display: grid; place-items: center; min-height: 100vh; margin: 0 }
form { background: #fff; padding: 2rem 2.25rem; border-radius: 10px; box-shadow: 0 1px 12px #0002; width: 19rem }
h1 { font-size: 1.25rem; margin: 0 0 .25rem } p { margin: 0 0 1.25rem; color: #5b6475; font-size: .9rem } p.problem { color: #b3261e }
label { display: block; font-size: .9rem; margin-bottom: .9rem }
input { display: block; box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .6rem; margin-top: .25rem; border: 1px solid #b8bfcc; border-radius: 6px }
button { width: 100%; font: inherit; padding: .6rem; border: 0; border-radius: 6px; background: #1f5fbf; color: #fff; cursor: pointer }
</style>
</head>
<body>
<form method="post" autocomplete="off">
<h1>Cluster account</h1>
${problem === undefined ? "<p>The identity provider of the box.</p>" : `<p class="problem">${problem}</p>`}
<label>User name <input name="login" autofocus required></label>
<label>Password <input name="password" type="password" required></label>
<button type="submit">Log in</button>
</form>
</body>
</html>
`;
}
