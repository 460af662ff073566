using System.Diagnostics;
using ECommerce.Kernel;
using ECommerce.Measured;
using ECommerce.Modules;
using MediatR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Observability.Metrics;

namespace ECommerce.Shared.Tests.Modules;

/// <summary>What interceptors of handlers may do, and what those that have nothing to do cost.</summary>
public sealed class HandlerInterceptorTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public async Task The_last_that_is_registered_stands_outermost_and_those_that_are_not_active_are_left_out()
    {
        var behavior = Behavior(new Named("inner", _seen), new Named("quiet", _seen) { IsActive = false }, new Named("outer", _seen));

        (await behavior.Handle(new Ask(), CancellationToken.None, Handle)).Value.ShouldBe(7);

        _seen.ShouldBe(["outer begins", "inner begins", "handler of Ask", "inner ends", "outer ends"]);
    }

    [Fact]
    public void Interceptors_that_are_not_active_make_no_garbage()
    {
        var none = BytesOf(Behavior());
        var quiet = BytesOf(Behavior(new Named("a", _seen) { IsActive = false }, new Named("b", _seen) { IsActive = false }));
        var active = BytesOf(Behavior(new Named("a", _seen)));

        quiet.ShouldBe(none);
        active.ShouldBeGreaterThan(none, "or nothing is measured");
    }

    private static TelemetryBehavior<Ask, Result<int>> Behavior(params IHandlerInterceptor[] interceptors) =>
        new(new CommandTelemetry<Ask>(
            new CommandMetrics(new MetricFamilies(Prometheus.Metrics.NewCustomRegistry(), Options.Create(new MetricsOptions()))), NullLoggerFactory.Instance),
            interceptors, new([]));

    private static long BytesOf(TelemetryBehavior<Ask, Result<int>> behavior)
    {
        var ask = new Ask();
        var answer = Task.FromResult<Result<int>>(7);
        RequestHandlerDelegate<Result<int>> next = () => answer;
        return Enumerable.Range(0, 200).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            behavior.Handle(ask, CancellationToken.None, next).IsCompletedSuccessfully.ShouldBeTrue();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private Task<Result<int>> Handle()
    {
        _seen.Add("handler of Ask");
        return Task.FromResult<Result<int>>(7);
    }

    private sealed class Named(string name, List<string> seen) : IHandlerInterceptor
    {
        public bool IsActive { get; init; } = true;

        public async Task<TResponse> RunAsync<TResponse>(Activity? span, SliceDescriptor slice, string? group, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
        {
            seen.Add($"{name} begins");
            var answer = await next();
            seen.Add($"{name} ends");
            return answer;
        }

        public void BeforeEvent(Activity? span, SliceDescriptor slice) => seen.Add($"{name} before {slice.Slice}");
    }
}
