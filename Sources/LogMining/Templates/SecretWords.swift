/// Names whose value is never kept, however it looks.
enum SecretWords {
    static let names = """
        password passwd pwd passphrase secret token access_token refresh_token id_token api_key apikey api-key x-api-key client_secret
        private_key session sessionid session_id jsessionid cookie set-cookie authorization credential credentials signature ssn iban cvv
        email phone
        """
    /// Names of accounts: a person's is never kept.
    static let accounts = "user username login"
    /// Accounts that are no person. Whether somebody fails to log in as root or as a visitor tells two events apart.
    static let roles = "root admin administrator guest test anonymous nobody system daemon"
    static let schemes = "bearer basic digest"
    static let announcing = "bearer"
}
