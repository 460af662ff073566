using Microsoft.AspNetCore.Http;

namespace Observability.Console.Answering;

/// <summary>Writes the refusals of the console, where a host has a form of problem documents (RFC 9457) of its own. Registered as a singleton.</summary>
public interface IConsoleProblems
{
    /// <param name="context">The request, whose answer has not begun. A header <c>Retry-After</c> may be set already.</param>
    /// <param name="status">The HTTP status: 400, 401, 403, 404, 413, 415, 429 or 503.</param>
    /// <param name="detail">What happened this time.</param>
    /// <param name="field">The parameter that is wrong; null when none is.</param>
    /// <param name="message">What the parameter must be.</param>
    Task WriteAsync(HttpContext context, int status, string detail, string? field, string? message);
}
