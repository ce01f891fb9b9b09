namespace Orch.Client.LeaderElection;

/// <summary>How candidates take turns; the defaults are upstream's.</summary>
/// <remarks><c>LeaseDuration</c> &gt; <c>RenewDeadline</c> &gt; 1.2 × <c>RetryPeriod</c> &gt; 0, so that a leader stops before another may start.</remarks>
public sealed class LeaderElectionOptions
{
    /// <summary>How long others wait after the last renewal that they saw; 15 s by default.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader goes on without a successful renewal; 10 s by default.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between attempts; 2 s by default.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a leader that stops gives the lease up, so that another can start at once; true by default.</summary>
    public bool ReleaseOnCancel { get; set; } = true;

    internal void Validate()
    {
        if (RetryPeriod <= TimeSpan.Zero) { throw new ArgumentException($"{nameof(RetryPeriod)} is {RetryPeriod}; it must be positive"); }
        if (RenewDeadline <= RetryPeriod * LeaderElector.JitterFactor)
        {
            throw new ArgumentException($"{nameof(RenewDeadline)} is {RenewDeadline}; it must be more than {LeaderElector.JitterFactor} times {nameof(RetryPeriod)} ({RetryPeriod})");
        }

        if (LeaseDuration <= RenewDeadline)
        {
            throw new ArgumentException($"{nameof(LeaseDuration)} is {LeaseDuration}; it must be more than {nameof(RenewDeadline)} ({RenewDeadline})");
        }

        if (LeaseDuration < TimeSpan.FromSeconds(1)) { throw new ArgumentException($"{nameof(LeaseDuration)} is {LeaseDuration}; it must be a second or more"); }
    }
}
