namespace ECommerce.Orders;

/// <summary>How a customer pays; the simulated provider has one method for each way it can go.</summary>
internal enum PaymentMethod
{
    Card,

    /// <summary>Is always declined.</summary>
    DeclinedCard,

    /// <summary>Is captured, and answered only after <see cref="PaymentsOptions.SlowAnswer"/>.</summary>
    SlowCard,
}

/// <summary>The provider's last word on an attempt.</summary>
internal enum PaymentOutcome
{
    Captured,
    Declined,
}

/// <summary>
/// The simulated payment provider. It keeps a ledger of its own, in transactions of its own, and knows an attempt by its id: asking
/// twice takes no money twice.
/// </summary>
internal sealed class PaymentProvider(OrdersDb db, IOptions<PaymentsOptions> options, Failpoints failpoints, TimeProvider clock)
{
    /// <summary>What the ledger says about an attempt.</summary>
    public sealed record Entry(string Decision, DateTimeOffset AnswersAt)
    {
        public PaymentOutcome Outcome => SnakeCase.Parse<PaymentOutcome>(Decision);
    }

    /// <summary>Takes the money, or declines, and answers when it is ready to.</summary>
    /// <exception cref="OperationCanceledException">The caller would not wait; the attempt may be in the ledger all the same.</exception>
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

    /// <summary>The ledger's entry; null when the attempt never arrived.</summary>
    public Task<Entry?> FindAsync(Guid attemptId, CancellationToken ct) =>
        db.SingleOrDefaultAsync<Entry>(Find, new { AttemptId = attemptId }, ct);

    /// <summary>Gives back what was taken, once.</summary>
    public Task RefundAsync(Guid attemptId, CancellationToken ct) =>
        db.ExecuteAsync(GiveBack, new { AttemptId = attemptId, Now = clock.Now() }, ct);

    private PaymentOutcome DecisionOn(Attempt attempt) =>
        attempt.Method is PaymentMethod.DeclinedCard || failpoints.IsHit(PaymentFailpoints.Declined) ? PaymentOutcome.Declined : PaymentOutcome.Captured;

    private TimeSpan TimeToAnswer(Attempt attempt) =>
        failpoints.IsHit(PaymentFailpoints.Timeout, out var late) ? late
        : attempt.Method is PaymentMethod.SlowCard ? options.Value.SlowAnswer
        : TimeSpan.Zero;

    // The update changes nothing: it lets the statement answer with the first decision, whoever made it.
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
