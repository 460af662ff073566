using k8s.Models;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>Who reaches whom by the network policies of an overlay: the semantics of NetworkPolicy, as far as deploy/kubernetes uses them.</summary>
internal sealed class Reach(Overlay overlay)
{
    /// <param name="Namespace">The name of its namespace; empty for an address outside of the cluster.</param>
    public sealed record Peer(string Name, string Namespace, params (string Key, string Value)[] Labels)
    {
        public bool Has(V1LabelSelector selector) => selector.MatchExpressions is null && (selector.MatchLabels ?? new Dictionary<string, string>())
            .All(label => Labels.Contains((label.Key, label.Value)));

        public override string ToString() => Name;
    }

    private const string Own = "ecommerce";
    private const string NameOfNamespace = "kubernetes.io/metadata.name";

    private readonly IReadOnlyList<V1NetworkPolicy> _policies = overlay.Of<V1NetworkPolicy>();

    /// <summary>Whether both sides allow a connection.</summary>
    public bool Allows(Peer from, Peer to, int port, string protocol = "TCP") => MayLeave(from, to, port, protocol) && MayEnter(from, to, port, protocol);

    private bool MayLeave(Peer from, Peer to, int port, string protocol) => !Isolated(from, "Egress")
        || Selecting(from).SelectMany(policy => policy.Spec.Egress ?? []).Any(rule => Fits(rule.To, to) && Fits(rule.Ports, port, protocol));

    private bool MayEnter(Peer from, Peer to, int port, string protocol) => !Isolated(to, "Ingress")
        || Selecting(to).SelectMany(policy => policy.Spec.Ingress ?? []).Any(rule => Fits(rule.FromProperty, from) && Fits(rule.Ports, port, protocol));

    private bool Isolated(Peer peer, string direction) => Selecting(peer).Any(policy => policy.Spec.PolicyTypes.Contains(direction));

    private IEnumerable<V1NetworkPolicy> Selecting(Peer peer) => peer.Namespace == Own ? _policies.Where(policy => peer.Has(policy.Spec.PodSelector)) : [];

    private static bool Fits(IList<V1NetworkPolicyPeer>? peers, Peer peer) => peers is not { Count: > 0 } || peers.Any(one =>
        one.IpBlock is null
        && (one.NamespaceSelector is { } space
            ? space.MatchLabels.All(label => label.Key == NameOfNamespace && label.Value == peer.Namespace)
            : peer.Namespace == Own)
        && (one.PodSelector is null || peer.Has(one.PodSelector)));

    private static bool Fits(IList<V1NetworkPolicyPort>? ports, int port, string protocol) => ports is not { Count: > 0 } || ports.Any(one =>
        one.Protocol == protocol && (one.EndPort is { } end ? port >= int.Parse(one.Port.Value) && port <= end : one.Port.Value == $"{port}"));
}
