using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Observability.Metrics;
using FluentValidation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Web;

/// <summary>Where HTTP becomes the shop's own language and back, the same for every endpoint.</summary>
public static class Edge
{
    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        ValidatorOptions.Global.PropertyNameResolver = (_, member, expression) =>
            (member?.Name ?? expression?.Body.ToString()) is { Length: > 0 } name ? char.ToLowerInvariant(name[0]) + name[1..] : null;
        ValidatorOptions.Global.DisplayNameResolver = (_, member, _) => member?.Name;

        services.Configure<JsonOptions>(JsonBodies.Configure);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ExceptionAnswers>();
        services.AddLimits();
        services.AddMetricsOf<ManagementMetrics>();
        services.AddSingleton<ErrorCatalogue>().AddErrors(Error.AllOf(typeof(ManagementErrors)));
        return services;
    }

    /// <summary>The road of a request from the socket to its endpoint; HTTP telemetry stands before it.</summary>
    public static IApplicationBuilder UseEdge(this IApplicationBuilder app)
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
        app.UsePrivateAnswers();
        app.UseOperatorAudit();
        app.UseLimits();
        app.UseUtf8Bodies();
        foreach (var middleware in app.ApplicationServices.GetServices<IEndpointMiddleware>())
            middleware.Use(app);
        app.UseGuards();
        return app.UseExactValues();
    }

    // Only where a policy asks who it is: whoever merely looks at products does not pay for the question. The framework, which would put both
    // in front of everything, is told that they are there; an endpoint that asks and was not guarded breaks.
    private static void UseGuards(this IApplicationBuilder app)
    {
        FrameworkInternals.LeaveGuardsToThePipeline(app);
        app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null,
            static guarded => guarded.UseAuthentication().UseAuthorization());
    }

    // What the framework answers without a body.
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
