using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// Operators who come by another way than an operation with the key: into the console, whose pages have sessions. The throttle of wrong keys, the
/// metrics and the record are those of operations.
/// </summary>
public sealed class ManagementAccess
{
    private readonly ManagementKey _key;
    private readonly OperatorAudit _audit;

    internal ManagementAccess(ManagementKey key, OperatorAudit audit) => (_key, _audit) = (key, audit);

    /// <summary>Compares a key with the management key, and with another key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="action">What the key is for, in the record of wrong ones.</param>
    /// <param name="sent">The key.</param>
    /// <param name="other">A key with fewer rights; null when there is none.</param>
    /// <param name="wait">The time for which keys of this network are not compared; zero when this one was.</param>
    /// <returns>The key that was sent, of the two; null for a wrong one and for one that was not compared.</returns>
    public ManagementKey? Find(HttpContext context, string action, string sent, ManagementKey? other, out TimeSpan wait)
    {
        ManagementKey? found = null;
        return _audit.Admits(context, action, sent, key => (found = _key.Opens(key) ? _key : other?.Opens(key) is true ? other : null) is not null, out wait) ? found : null;
    }

    /// <summary>Writes the line and the count of an action.</summary>
    /// <param name="action">The name of the operation that does the same.</param>
    /// <param name="target">What was changed.</param>
    /// <param name="client">Who has done it, without personal data.</param>
    /// <param name="outcome"><c>ok</c>, <c>rejected</c> or <c>failed</c>.</param>
    public void Record(string action, string target, string client, string outcome) => _audit.Record(action, target, client, outcome);
}
