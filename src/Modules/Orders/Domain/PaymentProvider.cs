namespace ECommerce.Orders;

/// <summary>The payment methods; the simulated provider has one for each possible outcome.</summary>
internal enum PaymentMethod
{
    Card,

    /// <summary>Always declined.</summary>
    DeclinedCard,

    /// <summary>Captured, and answered only after <see cref="PaymentsOptions.SlowAnswer"/>.</summary>
    SlowCard,
}

/// <summary>The provider's decision on an attempt.</summary>
internal enum PaymentOutcome
{
    Captured,
    Declined,
}

/// <summary>
/// The simulated payment provider. It records its decisions in a ledger of its own, in separate transactions, by the attempt's id: a
/// repeated charge takes no money twice.
/// </summary>
internal sealed class PaymentProvider(OrdersDb db, IOptions<PaymentsOptions> options, Failpoints failpoints, TimeProvider clock)
{
    /// <summary>An entry of the ledger.</summary>
    public sealed record Entry(string Decision, DateTimeOffset AnswersAt)
    {
        public PaymentOutcome Outcome => SnakeCase.Parse<PaymentOutcome>(Decision);
    }

    /// <summary>Captures or declines the charge, and returns when the provider answers.</summary>
    /// <exception cref="OperationCanceledException">The caller's time limit is over; the charge may be in the ledger nevertheless.</exception>
    public async Task<PaymentOutcome> ChargeAsync(Attempt attempt, CancellationToken ct)
    {
        var now = clock.Now();
        var entry = await db.SingleOrDefaultAsync<Entry>(Decide, new
        {
            AttemptId = attempt.Id,
            Outcome = DecisionOn(attempt).Text(),
            attempt.Amount,
            Now = now,
            AnswersAt = now + TimeToAnswer(attempt),
        }, ct);
        if (entry!.AnswersAt > now)
            await Task.Delay(entry.AnswersAt - now, clock, ct);
        return entry.Outcome;
    }

    /// <summary>The ledger's entry; null when no charge with that id arrived.</summary>
    public Task<Entry?> FindAsync(Guid attemptId, CancellationToken ct) =>
        db.SingleOrDefaultAsync<Entry>(Find, new { AttemptId = attemptId }, ct);

    /// <summary>Refunds a captured charge, once.</summary>
    public Task RefundAsync(Guid attemptId, CancellationToken ct) =>
        db.ExecuteAsync(GiveBack, new { AttemptId = attemptId, Now = clock.Now() }, ct);

    private PaymentOutcome DecisionOn(Attempt attempt) =>
        attempt.Method is PaymentMethod.DeclinedCard || failpoints.IsHit(PaymentFailpoints.Declined) ? PaymentOutcome.Declined : PaymentOutcome.Captured;

    private TimeSpan TimeToAnswer(Attempt attempt) =>
        failpoints.IsHit(PaymentFailpoints.Timeout, out var late) ? late
        : attempt.Method is PaymentMethod.SlowCard ? options.Value.SlowAnswer
        : TimeSpan.Zero;

    // The update changes nothing: it makes the statement return the first decision, whichever request made it.
    private const string Decide = """
        INSERT INTO orders.provider_ledger AS entry (attempt_id, outcome, amount, decided_at, answers_at)
        VALUES (@AttemptId, @Outcome, @Amount, @Now, @AnswersAt)
        ON CONFLICT (attempt_id) DO UPDATE SET outcome = entry.outcome
        RETURNING outcome AS decision, answers_at
        """;

    private const string Find = "SELECT outcome AS decision, answers_at FROM orders.provider_ledger WHERE attempt_id = @AttemptId";

    private const string GiveBack = """
        UPDATE orders.provider_ledger SET refunded_at = @Now
        WHERE attempt_id = @AttemptId AND refunded_at IS NULL
        """;
}
