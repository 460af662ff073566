using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Web;

/// <summary>Extension methods that map a slice's result to HTTP and declare an endpoint's refusals.</summary>
public static class ResultHttpExtensions
{
    /// <summary>The HTTP answer of a value, or the problem document of the refusal.</summary>
    public static IResult ToHttp<T>(this Result<T> result, Func<T, IResult> success) =>
        result.Error is { } error ? new Problem(error) : success(result.Value);

    public static IResult ToHttp<T>(this Result<T> result) => result.ToHttp(value => TypedResults.Ok(value));

    /// <summary>Declares the refusals of the slice, without those that every request may get.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params Error[] errors) => endpoint.WithMetadata(new Refusals(errors));

    /// <summary>Requires the role admin in the token.</summary>
    public static RouteHandlerBuilder RequireAdmin(this RouteHandlerBuilder endpoint) => endpoint.RequireAuthorization(Policies.Admin);
}

/// <summary>Endpoint metadata: the refusals beyond the common ones.</summary>
public sealed record Refusals(IReadOnlyList<Error> Errors);

/// <summary>The names of the authorization policies.</summary>
public static class Policies
{
    public const string Admin = "admin";
}
