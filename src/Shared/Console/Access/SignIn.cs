using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Observability.Console.Api;
using Observability.Console.Web;

namespace Observability.Console.Access;

/// <summary>The endpoints that begin and end a session. They work without script.</summary>
internal sealed class SignIn(ConsoleSessions sessions, ConsoleLinks links, IConsoleKeys keys, IConsoleAudit audit, ConsoleAssets assets)
{
    public const string Path = "/console/sign-in";
    public const string OutPath = "/console/sign-out";
    public const string Token = "token";

    private const string Home = "/console";
    private const string To = "to";
    private const string Refused = "refused";
    private const int LongestTo = 2048;
    private const int LongestForm = 8192;

    /// <summary>The address of the sign-in page that leads back to an address of the console.</summary>
    public static string PathFor(string target) => target is Home ? Path : QueryHelpers.AddQueryString(Path, To, target);

    /// <summary>Cookies do not know ports: two hosts of one machine each need a name.</summary>
    public static string CookieOf(HttpRequest request) => string.Create(CultureInfo.InvariantCulture, $"console-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}");

    /// <summary>The page; with a token, the session that the token opens. The redirect takes the token out of the address and the history.</summary>
    public Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var target = TargetOf(query[To]);
        if (query[Token] is not [{ Length: > 0 } token])
            return PageAsync(context, StatusCodes.Status200OK, target, query[Refused] == "link" ? SignInPage.UsedLink : null);
        if (links.TryUse(token))
            return EnterAsync(context, ConsoleRole.Operator, target);
        RedirectTo(context, QueryHelpers.AddQueryString(Path, Refused, "link"));
        return Task.CompletedTask;
    }

    /// <summary>The form of the page.</summary>
    public async Task PostAsync(HttpContext context)
    {
        if (!ConsoleAuthentication.IsOwnPage(context.Request))
        {
            await Answers.WriteProblemAsync(context, StatusCodes.Status403Forbidden, "Not from here", "A page of another origin has sent this request.");
            return;
        }
        if (await ReadAsync(context) is not { } form)
        {
            await Answers.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Not a form", "Send the field key, application/x-www-form-urlencoded.", "key", "Must be a text.");
            return;
        }
        var target = TargetOf(form[To]);
        var check = form["key"] is [{ Length: > 0 } key] ? keys.Check(context, key) : default;
        if (check.Role is { } role)
        {
            await EnterAsync(context, role, target);
            return;
        }
        if (check.Wait > TimeSpan.Zero)
            context.Response.Headers.RetryAfter = Math.Ceiling(check.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await (check.Wait > TimeSpan.Zero
            ? PageAsync(context, StatusCodes.Status429TooManyRequests, target, SignInPage.Slowed(check.Wait))
            : PageAsync(context, StatusCodes.Status401Unauthorized, target, SignInPage.WrongKey));
    }

    public Task OutAsync(HttpContext context)
    {
        if (!ConsoleAuthentication.IsOwnPage(context.Request))
            return Answers.WriteProblemAsync(context, StatusCodes.Status403Forbidden, "Not from here", "A page of another origin has sent this request.");
        var cookie = CookieOf(context.Request);
        sessions.End(context.Request.Cookies[cookie]);
        context.Response.Cookies.Delete(cookie, Options(context.Request));
        RedirectTo(context, Path);
        return Task.CompletedTask;
    }

    private Task EnterAsync(HttpContext context, ConsoleRole role, string target)
    {
        var options = Options(context.Request);
        options.MaxAge = ConsoleSessions.Lifetime;
        var id = sessions.Start(role);
        context.Response.Cookies.Append(CookieOf(context.Request), id, options);
        audit.Record("EnterConsole", "", new(sessions.Find(id)!.Name, role), "ok");
        RedirectTo(context, target);
        return Task.CompletedTask;
    }

    private Task PageAsync(HttpContext context, int status, string target, string? message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        SetHeaders(context.Response);
        return context.Response.WriteAsync(SignInPage.Write(keys, assets.PathOf("console.css"), target, message), context.RequestAborted);
    }

    private static void RedirectTo(HttpContext context, string target)
    {
        SetHeaders(context.Response);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = target;
    }

    // With no-referrer a browser would send `Origin: null` with the form.
    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
    }

    private static CookieOptions Options(HttpRequest request) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", Secure = request.IsHttps, IsEssential = true };

    // Only an address of the console, and no address of another host: //host, /\host.
    private static string TargetOf(string? target) =>
        target is { Length: <= LongestTo } && (target == Home || target.StartsWith($"{Home}/", StringComparison.Ordinal) || target.StartsWith($"{Home}?", StringComparison.Ordinal))
            && !target.StartsWith(Path, StringComparison.Ordinal) && !target.AsSpan().ContainsAnyInRange('\0', ' ') && !target.Contains('\\', StringComparison.Ordinal)
            && !target.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? target
            : Home;

    private static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > LongestForm
            || context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
            return null;
        try
        {
            return await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 8, KeyLengthLimit = 64, ValueLengthLimit = LongestForm }, context.RequestAborted);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }
}
