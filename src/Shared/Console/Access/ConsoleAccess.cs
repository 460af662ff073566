using Microsoft.AspNetCore.Components.Authorization;

namespace Observability.Console.Access;

/// <summary>
/// The caller of the page, by the request that began the page or its circuit. A session is looked up each time, so that it ends for its open pages, too.
/// </summary>
internal sealed class ConsoleAccess(AuthenticationStateProvider state, ConsoleSessions sessions) : IConsoleAccess
{
    public ConsoleUser? Current
    {
        get
        {
            // Of a page it is known from the beginning.
            if (state.GetAuthenticationStateAsync() is not { IsCompletedSuccessfully: true, Result.User: { Identity: { IsAuthenticated: true, Name: { } name } } user }
                || !Enum.TryParse<ConsoleRole>(user.FindFirst(ConsoleAuthentication.Role)?.Value, out var role))
                return null;
            return user.FindFirst(ConsoleAuthentication.Session)?.Value is { } session && sessions.FindByHash(session) is null ? null : new(name, role);
        }
    }
}
