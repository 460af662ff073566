using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Observability.Console.Parts;

/// <summary>
/// The base of a page: its state is in the query string, and it is drawn again at an interval. A page overrides <see cref="LoadAsync"/>, which runs
/// at the first drawing, after a change of the address, and at each interval.
/// </summary>
public abstract class ConsolePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan RefreshOfAllHosts = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _gone = new();
    private PeriodicTimer? _timer;
    private string _address = "";

    [Inject]
    private ConsoleData OwnData { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    /// <summary>The time that the page shows.</summary>
    public TimeRange Range { get; private set; } = TimeRange.Usual;

    /// <summary>Whether the page follows what happens: its time ends now, and <c>paused</c> is not in its address.</summary>
    public bool IsLive => Range.IsLive && Query("paused") is null;

    /// <summary>Ends when the reader leaves the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>What the page shows: the stores of this host, or of an imported session.</summary>
    protected ConsoleData Data => OwnData;

    /// <summary>The interval of drawing again; zero for never.</summary>
    protected virtual TimeSpan Refresh => TimeSpan.FromSeconds(5);

    /// <summary>Whether the page can show all hosts as one. It asks them less often than it reads this host's stores.</summary>
    protected virtual bool HasAllHosts => false;

    /// <summary>Whether the page shows all hosts as one.</summary>
    protected bool IsOfAllHosts => HasAllHosts && Data.IsOfAllHosts;

    /// <summary>The address that the page shows. When it has changed while a page waited for other hosts, their answers are of no use.</summary>
    protected string Address => _address;

    /// <summary>A parameter of the address; null when it is missing or empty.</summary>
    public string? Query(string name) =>
        QueryHelpers.ParseQuery(new Uri(_address).Query).TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The address of this page with other parameters: a null or empty value removes one.</summary>
    public string With(params (string Name, string? Value)[] parameters) => Navigation.GetUriWithQueryParameters(
        _address, parameters.ToDictionary(one => one.Name, one => (object?)(string.IsNullOrEmpty(one.Value) ? null : one.Value)));

    /// <summary>Goes to an address of the console.</summary>
    protected void GoTo(string address) => Navigation.NavigateTo(address);

    /// <summary>Loads what the page draws. It must end soon, and may be called again before the reader has seen the result.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnMoved;
        await ReadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender || Refresh == TimeSpan.Zero)
            return;
        _timer = new(Interval, Clock);
        _ = FollowAsync(_timer);
    }

    /// <inheritdoc cref="IDisposable.Dispose" />
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        Navigation.LocationChanged -= OnMoved;
        _timer?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private TimeSpan Interval => IsOfAllHosts && Refresh < RefreshOfAllHosts ? RefreshOfAllHosts : Refresh;

    private async Task FollowAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync())
        {
            if (IsLive)
                await InvokeAsync(ReloadAsync);
        }
    }

    private void OnMoved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(ReloadAsync);

    private async Task ReloadAsync()
    {
        if (_gone.IsCancellationRequested)
            return;
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private Task ReadAsync()
    {
        _address = Navigation.Uri;
        if (Data.Choose(Query(ConsoleData.Parameter)))
        {
            // A link of a page leads on within the session, and the address says so.
            Navigation.NavigateTo(With((ConsoleData.Parameter, Data.Session)), replace: true);
            return Task.CompletedTask;
        }
        if (Data.ChooseHosts(Query(ConsoleData.HostsParameter)))
        {
            Navigation.NavigateTo(With((ConsoleData.HostsParameter, ConsoleData.ThisOneOnly)), replace: true);
            return Task.CompletedTask;
        }
        if (!IsOfAllHosts)
            Data.Report([]);
        if (_timer is not null && _timer.Period != Interval)
            _timer.Period = Interval;
        Range = Data.Time is { } time && Query("range") is null && Query("from") is null
            ? new(time.From, time.To, Word: null)
            : TimeRange.Of(Query("range"), Query("from"), Query("to"), Clock.GetUtcNow());
        return LoadAsync();
    }
}
