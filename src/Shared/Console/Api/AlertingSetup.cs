using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Alerting;
using Observability.Console.Runbooks;

namespace Observability.Console.Api;

/// <summary>Registers the rules, the alerts and PromQL, and maps their endpoints.</summary>
internal static class AlertingSetup
{
    public static IServiceCollection AddAlerting(this IServiceCollection services) => services
        .AddSingleton<RuleSet>().AddSingleton<RuleSource>().AddSingleton<RuleRounds>()
        .AddSingleton<PrometheusClient>().AddSingleton<PrometheusAlerts>().AddSingleton<IAlerts, Alerts>()
        .AddSingleton<PromQlQuery>().AddSingleton<RunbookLibrary>().AddSingleton<AlertEndpoints>().AddSingleton<RunbookEndpoints>();

    public static void MapAlerting(this IEndpointRouteBuilder api)
    {
        var endpoints = api.ServiceProvider.GetRequiredService<AlertEndpoints>();
        api.MapGet("/alerts", endpoints.ListAsync).WithName("ListAlerts")
            .WithSummary("The state of every alerting rule, those that fire first, and the error budgets with their burn; from Prometheus while it answers.");
        api.MapGet("/query", endpoints.QueryAsync).WithName("QueryPromQl")
            .WithSummary("The value of an expression in PromQL, in the form of Prometheus' API: ?expr, ?time for one time, or ?from, ?to, ?step for steps over a time.");
        var runbooks = api.ServiceProvider.GetRequiredService<RunbookEndpoints>();
        api.MapGet("/runbooks", runbooks.ListAsync).WithName("ListRunbooks").WithSummary("The runbooks: name, title and page.");
        api.MapGet("/runbooks/{name}", runbooks.GetAsync).WithName("GetRunbook").WithSummary("A runbook as Markdown.");
    }
}
