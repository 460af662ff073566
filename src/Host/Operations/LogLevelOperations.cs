using ECommerce.Kernel;
using ECommerce.Modules;
using ECommerce.Text;
using ECommerce.Web;
using Observability.Context;
using Observability.Logging;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Host.Operations;

/// <summary>The operators' endpoints for temporary log levels.</summary>
internal static class LogLevelOperations
{
    /// <param name="Level">The level, named as in <c>Logging:LogLevel</c>: <c>Debug</c>.</param>
    /// <param name="For">The duration, such as <c>00:10:00</c>, which is the default.</param>
    private sealed record Request(string? Level, string? For);

    /// <param name="Level">The lowest level that is written.</param>
    /// <param name="Until">When the configured level applies again; null while it applies.</param>
    private sealed record Shown(string Module, IReadOnlyList<string> Categories, string Level, DateTimeOffset? Until);

    /// <param name="Host">The name of the host that answered: levels belong to one host.</param>
    private sealed record Everything(string Host, IReadOnlyList<Shown> Items);

    public static void MapLogLevelOperations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/ops/log-levels", List)
            .WithName("ListLogLevels")
            .WithSummary("Lists the log level of each module of this host, and until when it applies.")
            .RequireListener(Listener.Management)
            .RejectsUnknownQueryParameters();
        app.MapPut("/ops/log-levels/{module}", SetFor)
            .WithName("HoldLogLevel")
            .WithSummary($"Changes a module's log level for a time: level (Trace … None), for ({LogLevels.UsualTime} unless said, {LogLevels.LongestTime} at most).")
            .RequireManagementKey()
            .Refuses(CommonErrors.ValidationFailed);
        app.MapDelete("/ops/log-levels/{module}", Release)
            .WithName("ReleaseLogLevel")
            .WithSummary("Restores a module's configured log level.")
            .RequireManagementKey()
            .Refuses(CommonErrors.ValidationFailed);
    }

    private static Everything List(LogLevels levels, IEnumerable<IModule> modules, ServiceInstance instance) =>
        new(instance.Id, [.. GroupsOf(modules).Select(group => Show(group, levels))]);

    private static IResult SetFor(string module, Request request, LogLevels levels, IEnumerable<IModule> modules)
    {
        if (Find(module, modules, out var refusal) is not { } group)
            return refusal;
        if (!Enum.GetNames<LogLevel>().Contains(request.Level))
            return Refuse("level", $"Must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        if (!TryReadTime(request.For, out var time))
            return Refuse("for", $"Must be a time such as {LogLevels.UsualTime}, {LogLevels.LongestTime} at most.");

        levels.SetFor(group, Enum.Parse<LogLevel>(request.Level!), time);
        return TypedResults.Ok(Show(group, levels));
    }

    private static IResult Release(string module, LogLevels levels, IEnumerable<IModule> modules)
    {
        if (Find(module, modules, out var refusal) is not { } group)
            return refusal;
        levels.Release(group);
        return TypedResults.Ok(Show(group, levels));
    }

    // Categories begin like namespaces. The libraries are those whose lines an operator may want to see.
    public static LogGroup[] GroupsOf(IEnumerable<IModule> modules) =>
    [
        .. modules.Select(module => new LogGroup(module.Name, [ModuleName.Of(module.GetType()).Source])),
        new(ModuleName.Platform.Name, [.. ModuleName.SharedNamespaces.Select(name => $"ECommerce.{name}")]),
        new("microsoft", ["Microsoft.AspNetCore", "Microsoft.Hosting"]),
        new("npgsql", ["Npgsql"]),
    ];

    private static LogGroup? Find(string module, IEnumerable<IModule> modules, out Problem refusal)
    {
        var groups = GroupsOf(modules);
        refusal = Refuse("module", $"Must be one of {string.Join(", ", groups.Select(group => group.Name))}.");
        return groups.FirstOrDefault(group => group.Name == module);
    }

    public static bool TryReadTime(string? text, out TimeSpan time)
    {
        time = LogLevels.UsualTime;
        return text is null
            || (StrictParser.TryReadDuration(text, out time) && time > TimeSpan.Zero && time <= LogLevels.LongestTime);
    }

    private static Shown Show(LogGroup group, LogLevels levels) => new(group.Name, group.Categories, levels.Of(group).ToString(), levels.Until(group));

    private static Problem Refuse(string field, string message) => new(CommonErrors.ValidationFailed.At(field, message));
}
