using System.Text.Encodings.Web;

namespace Observability.Console.Access;

/// <summary>The page with the form for the key.</summary>
internal static class SignInPage
{
    public const string UsedLink = "This link was used, or is older than 15 minutes. The host shows a new one when it starts again.";
    public const string WrongKey = "This is not the key.";

    public static string Slowed(TimeSpan wait) => $"Too many wrong keys were sent. Keys are compared again in {Math.Ceiling(wait.TotalSeconds)} s.";

    /// <param name="keys">Which key to ask for.</param>
    /// <param name="style">The address of the style sheet.</param>
    /// <param name="target">Where to go then.</param>
    /// <param name="message">Why the page is shown again.</param>
    public static string Write(IConsoleKeys keys, string style, string target, string? message) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sign in – console</title>
        <link rel="stylesheet" href="{style}">
        </head>
        <body class="sign-in">
        <main class="panel">
        <h1>Console</h1>
        {(message is null ? "" : $"<p role=\"alert\" class=\"notice bad\">{HtmlEncoder.Default.Encode(message)}</p>")}
        <form method="post" action="{SignIn.Path}">
        <input type="hidden" name="to" value="{HtmlEncoder.Default.Encode(target)}">
        <label for="key">Enter {HtmlEncoder.Default.Encode(keys.Name)}</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
        <button type="submit" class="main">Sign in</button>
        </form>
        <p>The session lasts an hour. A host that is started for development also shows a link in its terminal.</p>
        </main>
        </body>
        </html>
        """;
}
