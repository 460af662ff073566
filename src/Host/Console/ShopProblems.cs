using System.Globalization;
using ECommerce.Kernel;
using ECommerce.Web;
using Observability.Console.Answering;

namespace ECommerce.Host.Console;

/// <summary>Writes the console's refusals as those of all other operations, with a code and the trace.</summary>
internal sealed class ShopProblems : IConsoleProblems
{
    private static readonly Error[] Errors =
    [
        CommonErrors.ValidationFailed, CommonErrors.Unauthorized, CommonErrors.Forbidden, CommonErrors.NotFound, CommonErrors.PayloadTooLarge,
        CommonErrors.UnsupportedMediaType, CommonErrors.TooManyRequests, CommonErrors.DependencyUnavailable,
    ];

    public Task WriteAsync(HttpContext context, int status, string detail, string? field, string? message)
    {
        var error = Array.Find(Errors, one => one.Status == status) ?? CommonErrors.ValidationFailed;
        error = field is null ? error.Because(detail) : error.At(field, message ?? detail);
        if (int.TryParse(context.Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            error = error.RetryAfter(TimeSpan.FromSeconds(seconds));
        return new Problem(error).ExecuteAsync(context);
    }
}
