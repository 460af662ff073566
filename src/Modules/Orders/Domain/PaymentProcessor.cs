using System.Diagnostics;
using Observability.Tracing;

namespace ECommerce.Orders;

/// <summary>A payment attempt for an order. It is recorded before the provider is asked, so that no charge is lost.</summary>
internal sealed record Attempt(Guid Id, Guid OrderId, PaymentMethod Method, decimal Amount);

/// <summary>Completes payment attempts: for the request that began one, or for the periodic job that finds it unfinished.</summary>
internal sealed class PaymentProcessor(
    OrderTransitions book, PaymentProvider provider, OrdersMetrics metrics, IOptions<PaymentsOptions> options, TimeProvider clock)
{
    private readonly ActivitySource _source = Traces.Source(ModuleName.Of(typeof(PaymentProcessor)).Source);

    /// <summary>Asks the provider, with the time limit <see cref="PaymentsOptions.Timeout"/>.</summary>
    /// <returns>The provider's answer; null after the time limit: the attempt stays pending, and the periodic job asks again.</returns>
    public async Task<PaymentOutcome?> AskAsync(Attempt attempt)
    {
        using var activity = _source.StartActivity("payment.charge", ActivityKind.Client);
        using var limit = new CancellationTokenSource(options.Value.Timeout, clock);
        try
        {
            var outcome = await provider.ChargeAsync(attempt, limit.Token);
            activity?.SetTag("payment.outcome", outcome.Text());
            return outcome;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            activity?.SetTag("payment.outcome", OrdersMetrics.Unanswered);
            metrics.PaymentUnanswered();
            return null;
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            throw;
        }
    }

    /// <summary>Records the provider's answer. Idempotent: a second call finds it recorded and changes nothing.</summary>
    public Task<Result<Order>> SettleAsync(Attempt attempt, PaymentOutcome outcome) =>
        // The provider has decided: a caller's disconnect must not cancel this.
        book.ChangeAsync(attempt.OrderId, async order =>
        {
            if (await order.Transaction.ExecuteAsync(Settle, new { attempt.Id, State = outcome.Text(), order.At }) == 0)
                return null;
            order.OnceCommitted(() => metrics.PaymentSettled(outcome, attempt.Amount));
            if (outcome is PaymentOutcome.Captured)
                await order.MoveAsync(OrderStatus.Paid, new OrderPaid(order.Id, order.UserId, order.Total, order.At));
            else
                await order.MoveAsync(OrderStatus.Placed, new PaymentDeclined(order.Id, attempt.Id, order.At));
            return order.StockLost ? await order.CancelAsync(CancelReason.StockLost) : null;
        }, CancellationToken.None);

    private const string Settle = """
        UPDATE orders.payment_attempts SET state = @State, finished_at = @At
        WHERE id = @Id AND state = 'pending'
        """;
}
