using ECommerce.Hosting;
using ECommerce.Kernel;
using FluentValidation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Web;

/// <summary>The shared HTTP pipeline: its services and its middleware, in order.</summary>
public static class HttpPipeline
{
    public static IServiceCollection AddHttpPipeline(this IServiceCollection services)
    {
        ValidatorOptions.Global.PropertyNameResolver = (_, member, expression) =>
            (member?.Name ?? expression?.Body.ToString()) is { Length: > 0 } name ? char.ToLowerInvariant(name[0]) + name[1..] : null;
        ValidatorOptions.Global.DisplayNameResolver = (_, member, _) => member?.Name;

        services.Configure<JsonOptions>(JsonBodies.Configure);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddLimits();
        services.AddMetricsOf<ManagementMetrics>();
        services.AddSingleton<ErrorCatalogue>().AddErrors(Error.AllOf(typeof(ManagementErrors)));
        return services;
    }

    /// <summary>Adds the middleware between HTTP telemetry, which comes before it, and the endpoints.</summary>
    public static IApplicationBuilder UseHttpPipeline(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(answer =>
        {
            HeadRequests.Allow(answer.HttpContext.Response);
            return AnswerFor(answer.HttpContext.Response.StatusCode) is { } error ? new Problem(error).ExecuteAsync(answer.HttpContext) : Task.CompletedTask;
        });
        app.UseSecurityHeaders();
        app.UseManagementGuard();
        app.UseRoutingWithHead();
        app.UseListeners();
        app.UsePrivateCacheControl();
        app.UseOperatorAudit();
        app.UseLimits();
        app.UseUtf8Bodies();
        foreach (var middleware in app.ApplicationServices.GetServices<IEndpointMiddleware>())
            middleware.Use(app);
        app.UseGuards();
        return app.UseStrictParameters();
    }

    // Authentication runs only for endpoints with an authorization policy, since anonymous requests should not pay for it. The properties
    // tell the framework that the middleware was added; otherwise it would add both in front of everything. An endpoint that requires
    // authorization and was not reached through this branch throws.
    private static void UseGuards(this IApplicationBuilder app)
    {
        FrameworkInternals.LeaveGuardsToThePipeline(app);
        app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null,
            static guarded => guarded.UseAuthentication().UseAuthorization());
    }

    // Statuses that the framework sets without a body.
    private static Error? AnswerFor(int status) => status switch
    {
        StatusCodes.Status400BadRequest => CommonErrors.ValidationFailed,
        StatusCodes.Status401Unauthorized => CommonErrors.Unauthorized,
        StatusCodes.Status403Forbidden => CommonErrors.Forbidden,
        StatusCodes.Status404NotFound => CommonErrors.NotFound,
        StatusCodes.Status405MethodNotAllowed => CommonErrors.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => CommonErrors.PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType => CommonErrors.UnsupportedMediaType,
        _ => null,
    };
}
