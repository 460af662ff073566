using System.Diagnostics;
using System.Net.Sockets;
using ECommerce.Modules;
using MediatR;
using Npgsql;
using Polly;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;

namespace ECommerce.Faults;

/// <summary>
/// The faults of handlers. Those of commands and queries are Polly's strategies, which ask at each execution what is on.
/// </summary>
internal sealed class HandlerFaults : IHandlerInterceptor
{
    private static readonly ResiliencePropertyKey<SliceDescriptor> Slice = new("slice");
    private static readonly ResiliencePropertyKey<string?> Group = new("group");

    private readonly FaultInjector _switches;
    private readonly ResiliencePipeline _pipeline;

    public HandlerFaults(FaultInjector switches, TimeProvider clock)
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

    public bool IsActive => !_switches.IsIdle;

    /// <summary>Executes the next step of the pipeline, or the injected result in its place.</summary>
    public async Task<TResponse> RunAsync<TResponse>(
        Activity? span, SliceDescriptor slice, string? group, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        _switches.MarkLoads(span, slice.Module);
        var context = ResilienceContextPool.Shared.Get(ct);
        try
        {
            context.Properties.Set(Slice, slice);
            context.Properties.Set(Group, group);
            if (_switches.TryInject(FaultKinds.BusyLoop, slice.Module, slice.Slice, group) is { } busy)
                BusyLoop.Compute(busy.TimeOf(FaultKinds.ProcessorTime), ct);
            return await _pipeline.ExecuteAsync(static async (_, next) => await next(), context, next);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void BeforeEvent(Activity? span, SliceDescriptor slice)
    {
        _switches.MarkLoads(span, slice.Module);
        if (_switches.TryInject(FaultKinds.EventHandlerFails, slice.Module, slice.Slice) is not null)
            throw new InjectedFaultException();
    }

    private ChaosFaultStrategyOptions Throwing(FaultKind kind, Func<Exception> exception) => new()
    {
        InjectionRateGenerator = args => Rate(kind, args.Context),
        FaultGenerator = _ => new(exception()),
        OnFaultInjected = args => Told(kind, args.Context),
    };

    private ValueTask<double> Rate(FaultKind kind, ResilienceContext context) => new((Find(kind, context)?.Percentage ?? 0) / 100.0);

    private Fault? Find(FaultKind kind, ResilienceContext context) =>
        context.Properties.TryGetValue(Slice, out var slice) && context.Properties.TryGetValue(Group, out var group)
            ? _switches.Find(kind, slice.Module, slice.Slice, group) : null;

    private ValueTask Told(FaultKind kind, ResilienceContext context)
    {
        if (context.Properties.TryGetValue(Slice, out var slice))
            _switches.RecordInjection(kind, slice.Module);
        return default;
    }
}

/// <summary>The exception of an injected fault.</summary>
internal sealed class InjectedFaultException() : Exception("A fault was injected on purpose.");
