using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Observability.Console.Api;
using Observability.Console.Settings;

namespace Observability.Console.Access;

/// <summary>
/// The authentication scheme of the console's endpoints: the cookie of a session, or a key in the header of <see cref="IConsoleKeys"/>. It answers no
/// other endpoint, so that an application's own schemes do not notice it.
/// </summary>
internal sealed class ConsoleAuthentication(ConsoleSessions sessions, IConsoleKeys keys, ConsoleSettings settings) : IAuthenticationHandler
{
    public const string Scheme = "Observability.Console";
    public const string Session = "console.session";
    public const string Role = "console.role";

    private HttpContext _context = null!;
    private TimeSpan _wait;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(Authenticate());

    /// <summary>A browser is led to the sign-in page; a program gets a problem document.</summary>
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var request = _context.Request;
        if (IsOfPage(request) && _wait == TimeSpan.Zero)
        {
            _context.Response.Headers.CacheControl = "no-store";
            _context.Response.Redirect(SignIn.PathFor(request.Path + request.QueryString));
            return Task.CompletedTask;
        }

        if (_wait == TimeSpan.Zero)
        {
            _context.Response.Headers.WWWAuthenticate = "ApiKey";
            return Answers.WriteProblemAsync(_context, StatusCodes.Status401Unauthorized, "Not signed in", $"Send a key as {keys.Header}, or sign in at {SignIn.Path}.");
        }
        _context.Response.Headers.RetryAfter = Math.Ceiling(_wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Answers.WriteProblemAsync(_context, StatusCodes.Status429TooManyRequests, "Too many wrong keys", "Keys are not compared for some time.");
    }

    public Task ForbidAsync(AuthenticationProperties? properties) =>
        Answers.WriteProblemAsync(_context, StatusCodes.Status403Forbidden, "Not allowed", "The key that was used may only read.");

    private AuthenticateResult Authenticate()
    {
        if (_context.GetEndpoint()?.Metadata.GetMetadata<ConsoleEndpoint>() is null || !IsOwnPage(_context.Request))
            return AuthenticateResult.NoResult();
        if (sessions.Find(_context.Request.Cookies[SignIn.CookieOf(_context.Request)]) is { } session)
            return Success(session.Name, session.Role, new Claim(Session, session.Hash));
        if (_context.Request.Headers[keys.Header] is not [{ Length: > 0 } key])
            return AuthenticateResult.NoResult();
        var check = keys.Check(_context, key);
        _wait = check.Wait;
        return check.Role is { } role ? Success("key", role) : AuthenticateResult.NoResult();
    }

    private static AuthenticateResult Success(string name, ConsoleRole role, params IEnumerable<Claim> more)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, name), new(Role, role.ToString()), .. more], Scheme, ClaimTypes.Name, Role);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme));
    }

    /// <summary>
    /// Whether no page of another origin has sent the request. The cookie is not sent from other sites, but from other ports of the same machine; and
    /// a WebSocket is opened without a preflight.
    /// </summary>
    public static bool IsOwnPage(HttpRequest request) =>
        request.Headers.Origin.Count == 0
        || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private bool IsOfPage(HttpRequest request) => (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Path.StartsWithSegments("/console") && !request.Path.StartsWithSegments(settings.ApiPath);
}

/// <summary>Endpoint metadata: the endpoint belongs to the console.</summary>
internal sealed record ConsoleEndpoint;
