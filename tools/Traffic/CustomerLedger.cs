namespace ECommerce.Traffic;

/// <summary>The client's ledger: the orders and payments that the shop has acknowledged. Every entry is in the journal, too.</summary>
internal sealed class CustomerLedger(Journal journal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Orders, decimal Amount)> _byStatus = [];
    private string? _currency;

    /// <summary>Records the answer to a write of an order, a declined payment included; other refusals change nothing.</summary>
    public void Enter(Answer answer)
    {
        if (answer.IsOk)
        {
            var total = answer.Body.GetProperty("total");
            var entry = new Journal.OrderWrite(
                answer.Body.GetProperty("status").GetString()!, answer.Body.GetProperty("id").GetGuid(), answer.Body.GetProperty("userId").GetGuid(),
                total.GetProperty("amount").GetDecimal(), total.GetProperty("currency").GetString()!, Now, answer.TraceId);
            journal.Write(entry);
            Count(entry.Status, entry.Amount);
            _currency = entry.Currency;
        }
        else if (answer.Status == 402)
        {
            Count("declined", amount: 0);
        }
    }

    /// <summary>Records the answer to a registration.</summary>
    public void EnterUser(Answer answer)
    {
        if (answer.IsOk)
            journal.Write(new Journal.UserWrite(answer.Body.GetProperty("id").GetGuid(), Now, answer.TraceId));
    }

    /// <summary>Records the answer to a delivery of stock.</summary>
    public void EnterStock(Answer answer, Guid key, Guid product, int delta)
    {
        if (answer.IsOk)
            journal.Write(new Journal.StockWrite(key, product, delta, Now, answer.TraceId));
    }

    public Business Take()
    {
        lock (_lock)
        {
            var (placed, paid, cancelled) = (Of("placed"), Of("paid"), Of("cancelled"));
            return new(placed.Orders, paid.Orders, Of("payment_pending").Orders, Of("declined").Orders, cancelled.Orders,
                placed.Amount, paid.Amount, cancelled.Amount, _currency);
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private (int Orders, decimal Amount) Of(string status) => _byStatus.GetValueOrDefault(status);

    private void Count(string status, decimal amount)
    {
        lock (_lock)
        {
            var (orders, sum) = Of(status);
            _byStatus[status] = (orders + 1, sum + amount);
        }
    }
}

/// <param name="Pending">Payments that were left to be settled later.</param>
/// <param name="Declined">Payments, not orders: one may be tried again.</param>
/// <param name="OrderedAmount">The totals of the placed orders.</param>
/// <param name="PaidAmount">The totals of those that were paid at once.</param>
/// <param name="CancelledAmount">The totals of those that were cancelled, paid or not.</param>
/// <param name="Currency">Null when there was no order.</param>
internal sealed record Business(
    int Placed, int Paid, int Pending, int Declined, int Cancelled, decimal OrderedAmount, decimal PaidAmount, decimal CancelledAmount, string? Currency);
