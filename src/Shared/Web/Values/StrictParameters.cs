using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace ECommerce.Web;

/// <summary>
/// The middleware that validates query and path values by the grammars of <see cref="StrictParser"/> before the framework binds them. A value
/// with another spelling than the API description allows, or that is given twice, is refused. The framework alone reads <c>minPrice=1,5</c>
/// as 15 and <c>from=01/02/2026</c> as a date, and joins repeated values with a comma.
/// </summary>
/// <remarks>It comes after authorization: a caller without a token learns nothing about values.</remarks>
public static class StrictParameters
{
    private static readonly Dictionary<Type, Grammar> Grammars = new()
    {
        [typeof(string)] = new("", static text => text),
        [typeof(int)] = new("Must be a whole number such as 20, without sign, spaces or separators.", static text =>
            StrictParser.TryReadInteger(text, out var number) && number is >= int.MinValue and <= int.MaxValue ? text : null),
        [typeof(long)] = new("Must be a whole number such as 20, without sign, spaces or separators.", static text => StrictParser.TryReadInteger(text, out _) ? text : null),
        [typeof(decimal)] = new("Must be a number as JSON writes it, such as 12.50.", static text =>
            !StrictParser.TryReadNumber(text, out var number) ? null
            : text.AsSpan().ContainsAny('e', 'E') ? number.ToString(CultureInfo.InvariantCulture) : text),
        [typeof(bool)] = new("Must be true or false.", static text => StrictParser.TryReadBoolean(text, out _) ? text : null),
        [typeof(Guid)] = new("Must be a UUID such as 0190f5fe-7c00-7a00-8000-000000000001.", static text => StrictParser.TryReadUuid(text, out _) ? text : null),
        [typeof(DateTimeOffset)] = new("Must be a date and a time with an offset (RFC 3339), such as 2026-01-31T09:30:00Z; a + is written %2B.", static text =>
            StrictParser.TryReadTime(text, out var time) ? time.ToString("O", CultureInfo.InvariantCulture) : null),
    };

    /// <summary>Adds the middleware.</summary>
    public static IApplicationBuilder UseStrictParameters(this IApplicationBuilder app)
    {
        ConcurrentDictionary<Endpoint, Parameter[]> known = new();
        return app.Use((context, next) =>
        {
            if (context.GetEndpoint() is not RouteEndpoint endpoint || (!context.Request.QueryString.HasValue && context.Request.RouteValues.Count == 0))
                return next(context);
            var wrong = Read(context.Request, known.GetOrAdd(endpoint, static one => [.. ParametersOf((RouteEndpoint)one)]));
            return wrong is null ? next(context) : new Problem(CommonErrors.ValidationFailed with { Fields = wrong }).ExecuteAsync(context);
        });
    }

    /// <summary>The query and path values of an endpoint.</summary>
    /// <exception cref="InvalidOperationException">There is no grammar for the type of a value, which the framework would read laxly.</exception>
    public static IEnumerable<Parameter> ParametersOf(RouteEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        foreach (var (name, declared) in endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().SelectMany(Values) ?? [])
        {
            var type = Nullable.GetUnderlyingType(declared) ?? declared;
            if (Grammars.TryGetValue(type, out var grammar))
                yield return new(JsonNamingPolicy.CamelCase.ConvertName(name), endpoint.RoutePattern.GetParameter(name) is not null, grammar);
            else if (IsBoundFromText(type))
                throw new InvalidOperationException($"{endpoint.DisplayName} takes '{name}' as {type.Name}, and {nameof(StrictParameters)} has no grammar for that type.");
        }
    }

    private static IEnumerable<(string Name, Type Type)> Values(ParameterInfo parameter)
    {
        if (!parameter.IsDefined(typeof(AsParametersAttribute)))
            return [(parameter.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? parameter.Name!, parameter.ParameterType)];
        var properties = parameter.ParameterType.GetProperties().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        return parameter.ParameterType.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters()
            .Where(member => properties.ContainsKey(member.Name!))
            .Select(member => (member.Name!, member.ParameterType));
    }

    // Types that the framework binds from the query: those with a TryParse, and arrays.
    private static bool IsBoundFromText(Type type) =>
        type == typeof(StringValues) || type.IsArray || type.IsEnum || type.GetMember("TryParse", BindingFlags.Public | BindingFlags.Static).Length > 0;

    private static Dictionary<string, string[]>? Read(HttpRequest request, Parameter[] parameters)
    {
        Dictionary<string, string[]>? wrong = null;
        Dictionary<string, StringValues>? spelledAnew = null;
        foreach (var (name, isInPath, grammar) in parameters)
        {
            StringValues given = isInPath ? request.RouteValues[name] as string : request.Query[name];
            if (given.Count == 0)
                continue;
            if (given.Count > 1)
                (wrong ??= [])[name] = ["Must be given once."];
            else if (grammar.Read(given.ToString()) is not { } known)
                (wrong ??= [])[name] = [grammar.Rule];
            else if (!isInPath && known != given)
                (spelledAnew ??= new(request.Query, StringComparer.OrdinalIgnoreCase))[name] = known;
        }

        if (wrong is null && spelledAnew is not null)
            request.Query = new QueryCollection(spelledAnew);
        return wrong;
    }

    /// <summary>A query or path value of an endpoint.</summary>
    /// <param name="Name">The name in the API description.</param>
    /// <param name="IsInPath">Whether it is in the path; otherwise it is in the query.</param>
    /// <param name="Grammar">The grammar of its type.</param>
    public sealed record Parameter(string Name, bool IsInPath, Grammar Grammar);

    /// <summary>The grammar of a type's values.</summary>
    /// <param name="Rule">The message of a refusal.</param>
    /// <param name="Read">Maps a text to a spelling that the framework reads the same way; null when the text breaks the grammar.</param>
    public sealed record Grammar(string Rule, Func<string, string?> Read);
}
