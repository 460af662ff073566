using System.Collections.Concurrent;
using Observability.Settings;

namespace Observability.Context;

/// <summary>Finds the <see cref="Owner"/> of a route or a log category. Categories are remembered: they are few, since loggers are made from types.</summary>
internal sealed class Owners
{
    private readonly ConcurrentDictionary<string, Owner> _categories = new(StringComparer.Ordinal);
    private readonly ObservabilitySettings _settings;
    private readonly Func<string, Owner> _find;

    public Owners(ObservabilitySettings settings) => (_settings, _find) = (settings, category => settings.OwnerOfCategory(category) ?? settings.Owner);

    /// <summary>The owner of requests that no endpoint answers. It is not read from their path, which the caller invents.</summary>
    public Owner OfNoRoute => _settings.Owner;

    /// <summary>Allocates only for a category never seen before.</summary>
    public Owner OfCategory(string category) => _categories.GetOrAdd(category, _find);

    public Owner OfRoute(string path) => _settings.OwnerOfRoute(path) ?? _settings.Owner;
}
