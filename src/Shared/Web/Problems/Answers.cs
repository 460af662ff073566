using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Web;

/// <summary>From a slice's result to HTTP, and what a slice declares of its answers.</summary>
public static class Answers
{
    /// <summary>The answer for success, or the problem document of the refusal.</summary>
    public static IResult ToHttp<T>(this Result<T> result, Func<T, IResult> success) =>
        result.Error is { } error ? new Problem(error) : success(result.Value);

    public static IResult ToHttp<T>(this Result<T> result) => result.ToHttp(value => TypedResults.Ok(value));

    /// <summary>Declares the refusals that are the slice's own; those of every request need no mention.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params Error[] errors) => endpoint.WithMetadata(new Refusals(errors));

    /// <summary>Only administrators, by the token's role.</summary>
    public static RouteHandlerBuilder RequireAdmin(this RouteHandlerBuilder endpoint) => endpoint.RequireAuthorization(Policies.Admin);
}

/// <summary>The refusals that an endpoint makes beyond the common ones.</summary>
public sealed record Refusals(IReadOnlyList<Error> Errors);

/// <summary>Names of the authorization policies.</summary>
public static class Policies
{
    public const string Admin = "admin";
}
