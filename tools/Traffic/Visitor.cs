using System.Diagnostics;
using Bogus;

namespace ECommerce.Traffic;

/// <summary>
/// One who walks through a journey, in one trace. Each step is measured from when it was meant to begin (the arrival, or the end of a
/// pause) and not from when the request could be sent, so that what makes everybody wait is seen by everybody who waits.
/// </summary>
/// <param name="run">The run it belongs to.</param>
/// <param name="seed">Of all its chances.</param>
/// <param name="due">When its first step is meant to begin, as a timestamp of <see cref="Stopwatch"/>.</param>
internal sealed class Visitor(Run run, int seed, long due)
{
    private const int MostRepeats = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // Ids, keys and e-mails are new in every run, whatever its seed: a second run finds nobody's account or order under its own.
    private readonly string _traceId = ActivityTraceId.CreateRandom().ToHexString();

    private Faker? _data;
    private long _due = due;

    public Run Run => run;

    public SeededRandom SeededRandom { get; } = new(seed);

    /// <summary>Who it is; a stranger as long as it is null.</summary>
    public Customer? Me { get; set; }

    /// <summary>Names and the like, of this visitor's own chance.</summary>
    public Faker Data => _data ??= new("en") { Random = new(SeededRandom.NextSeed()) };

    /// <exception cref="OperationCanceledException">The run closes: everybody leaves.</exception>
    public async Task ThinkAsync()
    {
        var pause = SeededRandom.Exponential(run.Settings.Think);
        _due = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency);
        await Task.Delay(pause, run.Leaving);
        run.Leaving.ThrowIfCancellationRequested();
    }

    public Task<Answer> GetAsync(string operation, string path) => AskAsync(new(operation, HttpMethod.Get, path, Token: Me?.Token));

    public Task<Answer> PostAsync(string operation, string path, object? body = null, Guid? key = null) =>
        AskAsync(new(operation, HttpMethod.Post, path, body, Me?.Token, key));

    /// <summary>Becomes one of the customers of the run; only one whose hour is nearly over logs in again.</summary>
    public async Task SignInAsync()
    {
        var customer = SeededRandom.Pick(run.Customers);
        if (customer.NeedsToken)
            await LogInAsync(customer);
        Me = customer;
    }

    public async Task SignInAsAdminAsync()
    {
        if (run.Admin!.NeedsToken)
            await LogInAsync(run.Admin);
        Me = run.Admin;
    }

    public async Task<bool> LogInAsync(Customer customer)
    {
        var answer = await AskAsync(new("Login", HttpMethod.Post, "/api/users/login", new { email = customer.Email, password = customer.Password }));
        if (answer.IsOk)
            customer.Holds(answer.Body.GetProperty("token").GetString()!, answer.Body.GetProperty("expiresAt").GetDateTimeOffset());
        return answer.IsOk;
    }

    /// <returns>A new customer, who has not logged in yet.</returns>
    public async Task<Customer?> RegisterAsync()
    {
        var person = Data.Person;
        var customer = new Customer($"{Data.Internet.UserName(person.FirstName, person.LastName)}.{Guid.NewGuid():N}@traffic.example", $"traffic {Guid.NewGuid():N}");
        var answer = await PostAsync("RegisterUser", "/api/users", new { email = customer.Email, name = person.FullName, password = customer.Password });
        run.CustomerLedger.EnterUser(answer);
        return answer.IsOk ? customer : null;
    }

    /// <summary>Asks, and comes back with the same request as often and as late as the shop says, or as the lost answer lets, within bounds.</summary>
    /// <returns>A success or a refusal.</returns>
    /// <exception cref="GaveUpException">The shop broke, or stayed too busy.</exception>
    private async Task<Answer> AskAsync(Request request)
    {
        for (var repeats = 0; ; repeats++)
        {
            var answer = await run.Shop.SendAsync(request, _traceId, run.Cut);
            run.Measurements.Request(request.Operation, answer);
            if (answer.ComeBackIn is { } wait && wait <= LongestWait && repeats < MostRepeats)
            {
                run.Measurements.Repeat(request.Operation);
                await Task.Delay(wait, run.Leaving);
                continue;
            }

            run.Measurements.Step(request.Operation, Stopwatch.GetElapsedTime(_due), answer);
            _due = Stopwatch.GetTimestamp();
            return answer.IsError || answer.Status == 429 ? throw new GaveUpException(answer) : answer;
        }
    }
}

/// <summary>A customer walks out; what it was has been counted.</summary>
internal sealed class GaveUpException(Answer answer) : Exception($"{answer.Status} {answer.Code}")
{
    public Answer Answer => answer;
}

/// <summary>There is nothing to send customers to.</summary>
internal sealed class NoShopException(string message) : Exception(message);
