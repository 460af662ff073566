using System.Diagnostics;
using System.Net.Sockets;
using ECommerce.Platform.Pipeline;
using MediatR;
using Npgsql;
using Polly;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;

namespace ECommerce.Platform.Faults;

/// <summary>The faults of commands and queries: Polly's chaos strategies, which look up the enabled faults at each execution.</summary>
internal sealed class SliceFaults
{
    private static readonly ResiliencePropertyKey<CommandInstrument> Slice = new("slice");

    private readonly FaultSwitches _switches;
    private readonly ResiliencePipeline _pipeline;

    public SliceFaults(FaultSwitches switches, TimeProvider clock)
    {
        _switches = switches;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddChaosLatency(new ChaosLatencyStrategyOptions
            {
                InjectionRateGenerator = args => Rate(FaultKinds.Latency, args.Context),
                LatencyGenerator = args => new(Find(FaultKinds.Latency, args.Context)?.TimeOf(FaultKinds.AddedLatency) ?? TimeSpan.Zero),
                OnLatencyInjected = args => Told(FaultKinds.Latency, args.Context),
            })
            .AddChaosFault(Throwing(FaultKinds.Exception, static () => new InjectedFaultException()))
            .AddChaosFault(Throwing(FaultKinds.DependencyRefused, static () =>
                new NpgsqlException("Failed to connect, as a fault wants it.", new SocketException((int)SocketError.ConnectionRefused))))
            .Build();
    }

    public bool AreQuiet => _switches.AreQuiet;

    /// <summary>Executes the next step of the pipeline, or the injected result in its place.</summary>
    public async Task<TResponse> RunAsync<TResponse>(Activity? span, CommandInstrument slice, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        _switches.MarkLoads(span, slice.Module.Name);
        var context = ResilienceContextPool.Shared.Get(ct);
        try
        {
            context.Properties.Set(Slice, slice);
            return await _pipeline.ExecuteAsync(static async (_, next) => await next(), context, next);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ChaosFaultStrategyOptions Throwing(FaultKind kind, Func<Exception> exception) => new()
    {
        InjectionRateGenerator = args => Rate(kind, args.Context),
        FaultGenerator = _ => new(exception()),
        OnFaultInjected = args => Told(kind, args.Context),
    };

    private ValueTask<double> Rate(FaultKind kind, ResilienceContext context) => new((Find(kind, context)?.Percentage ?? 0) / 100.0);

    private Fault? Find(FaultKind kind, ResilienceContext context) =>
        context.Properties.TryGetValue(Slice, out var slice) ? _switches.Find(kind, slice.Module.Name, slice.Name) : null;

    private ValueTask Told(FaultKind kind, ResilienceContext context)
    {
        if (context.Properties.TryGetValue(Slice, out var slice))
            _switches.Tell(kind, slice.Module.Name);
        return default;
    }
}

/// <summary>The exception of an injected fault.</summary>
internal sealed class InjectedFaultException() : Exception("A fault was injected on purpose.");
