using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Kernel;
using ECommerce.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Observability.Context;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Faults;

/// <summary>The operators' endpoints for fault injection.</summary>
internal sealed class FaultOperations : IOperations
{
    /// <summary>The body: module, slice, group, percentage, for, and the fault's own parameters.</summary>
    private sealed class Request
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Members { get; set; }
    }

    /// <param name="Scope">The kind of target: slice, handler, module or host.</param>
    /// <param name="Percentage">What a percentage is a share of; null where the fault takes none.</param>
    /// <param name="Groups">The groups of customers of which it can affect one; null where the fault takes none.</param>
    private sealed record Shown(
        string Name, string Effect, FaultScope Scope, string? Percentage, IReadOnlyList<string>? Groups, IReadOnlyList<ShownAmount> Parameters, ShownFault? On);

    private sealed record ShownAmount(string Name, string Usual, string Least, string Most);

    private sealed record ShownFault(
        string? Module, string? Slice, string? Group, int Percentage, DateTimeOffset Until, IReadOnlyDictionary<string, string> Parameters);

    /// <param name="Host">The name of the host that answered: faults belong to one host.</param>
    private sealed record Everything(string Host, bool Allowed, IReadOnlyList<Shown> Items);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/ops/faults", List)
            .WithName("ListFaults")
            .WithSummary("Lists the faults that can be injected into this host, their effects, and which are enabled until when.")
            .RequireListener(Listener.Management)
            .RejectsUnknownQueryParameters();
        app.MapPut("/ops/faults/{name}", Enable)
            .WithName("HoldFault")
            .WithSummary($"Enables a fault for a time: module, slice, group (of customers), percentage (1 … 100), for ({FaultParser.UsualTime} unless said, {FaultParser.LongestTime} at most), and its own parameters.")
            .RequireManagementKey()
            .Refuses(CommonErrors.ValidationFailed, FaultErrors.NotAllowed);
        app.MapDelete("/ops/faults/{name}", DisableAsync)
            .WithName("ReleaseFault")
            .WithSummary("Disables a fault.")
            .RequireManagementKey()
            .Refuses(CommonErrors.ValidationFailed);
        app.MapDelete("/ops/faults", DisableAllAsync)
            .WithName("ReleaseFaults")
            .WithSummary("Disables every fault.")
            .RequireManagementKey();
    }

    private static Everything List(FaultCatalogue faults, FaultInjector switches, ServiceInstance instance) =>
        new(instance.Id, switches.AreAllowed, [.. faults.Kinds.Select(kind => Show(kind, switches))]);

    private static IResult Enable(string name, Request request, FaultCatalogue faults, FaultParser words, FaultInjector switches)
    {
        if (!switches.AreAllowed)
            return new Problem(FaultErrors.NotAllowed);
        if (faults.Find(name) is not { } kind)
            return Refuse(words.UnknownName());
        if (words.Read(kind, request.Members ?? [], out var refusal) is not { } fault)
            return Refuse(refusal!);

        switches.Enable(fault);
        return TypedResults.Ok(Show(kind, switches));
    }

    private static async Task<IResult> DisableAsync(string name, FaultCatalogue faults, FaultParser words, FaultInjector switches)
    {
        if (faults.Find(name) is not { } kind)
            return Refuse(words.UnknownName());
        await switches.DisableAsync(kind);
        return TypedResults.Ok(Show(kind, switches));
    }

    private static async Task<IResult> DisableAllAsync(FaultCatalogue faults, FaultInjector switches, ServiceInstance instance)
    {
        await switches.DisableAllAsync();
        return TypedResults.Ok(List(faults, switches, instance));
    }

    private static Shown Show(FaultKind kind, FaultInjector switches)
    {
        ShownFault? on = switches.Of(kind) is var (fault, until)
            ? new(fault.Module, fault.Slice, fault.Group, fault.Percentage, until,
                kind.Amounts.ToDictionary(amount => amount.Name, amount => amount.Text(fault.Amounts[amount.Name])))
            : null;
        return new(kind.Name, kind.Effect, kind.Scope, kind.Share, kind.HasGroups ? CustomerGroup.All : null,
            [.. kind.Amounts.Select(amount => new ShownAmount(amount.Name, amount.Text(amount.Usual), amount.Text(amount.Least), amount.Text(amount.Most)))], on);
    }

    private static Problem Refuse(FaultRefusal refusal) => new(CommonErrors.ValidationFailed.At(refusal.Field, refusal.Message));
}
