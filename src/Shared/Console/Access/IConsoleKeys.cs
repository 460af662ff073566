using Microsoft.AspNetCore.Http;

namespace Observability.Console.Access;

/// <summary>
/// The keys that open the console. A host with keys of its own registers an implementation; the default one compares with <c>Console__Key</c> and
/// <c>Console__ReadKey</c>.
/// </summary>
public interface IConsoleKeys
{
    /// <summary>The request header in which a program sends a key.</summary>
    string Header { get; }

    /// <summary>The names of the keys in the sign-in page: <c>the management key</c>.</summary>
    string Name { get; }

    /// <summary>Compares a key in constant time. An implementation slows down a caller that sends wrong keys.</summary>
    KeyCheck Check(HttpContext context, string key);
}

/// <summary>The result of comparing a key.</summary>
/// <param name="Role">The role that the key gives; null for a wrong key, and for one that was not compared.</param>
/// <param name="Wait">The time for which keys of this caller are not compared.</param>
public readonly record struct KeyCheck(ConsoleRole? Role, TimeSpan Wait);
