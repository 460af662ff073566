using System.Reflection;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// An endpoint filter that refuses query parameters which the operation does not have, or that are given twice. A mistyped filter would
/// otherwise return the answer to another question.
/// </summary>
public static class UnknownQueryParameters
{
    /// <summary>Adds the filter. The operation's parameters are those of its handler.</summary>
    public static RouteHandlerBuilder RejectsUnknownQueryParameters(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilterFactory((handler, next) =>
    {
        var taken = handler.MethodInfo.GetParameters().Where(IsText).Select(parameter => parameter.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return call => ProblemOf(call.HttpContext.Request, taken) is { } refusal ? ValueTask.FromResult<object?>(new Problem(refusal)) : next(call);
    });

    private static Error? ProblemOf(HttpRequest request, HashSet<string> taken)
    {
        foreach (var (name, values) in request.Query)
        {
            if (!taken.Contains(name) || request.RouteValues.ContainsKey(name))
                return CommonErrors.ValidationFailed.At(TruncatedText.Of(name), Advice(taken.Where(one => !request.RouteValues.ContainsKey(one))));
            if (values.Count > 1)
                return CommonErrors.ValidationFailed.At(name, "Is given more than once.");
        }
        return null;
    }

    private static string Advice(IEnumerable<string> taken) => string.Join(", ", taken) is { Length: > 0 } names
        ? $"Is not a parameter of this operation, which takes {names}."
        : "Is not a parameter of this operation, which takes none.";

    // Types that are bound from the query: text, numbers, booleans. All others come from the body, the services or the request.
    private static bool IsText(ParameterInfo parameter) =>
        (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is var type && (type == typeof(string) || type == typeof(Guid) || type.IsPrimitive);
}
